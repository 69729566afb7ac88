//! Questions to people: whether to go on, and passwords.

use crate::failure::Failure;
use crate::output;
use spectacles_core::auth::SecretString;
use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};

/// More than the longest password has, in bytes.
const LONGEST_INPUT: u64 = 4096;

/// Whether somebody is there to be asked.
pub(crate) fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks whether to do what `consequences` says. Scripts, which have no terminal, and those who said yes in advance are not asked.
pub(crate) fn confirm(consequences: &str, yes: bool) -> Result<(), Failure> {
    if yes || !somebody_is_there() {
        return Ok(());
    }
    let failed = |error: std::io::Error| Failure::failed(format!("the answer cannot be read: {error}"));
    let mut terminal = std::io::stderr();
    write!(terminal, "{consequences} Go on? [y/N] ").and_then(|()| terminal.flush()).map_err(failed)?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(failed)?;
    if answer.is_empty() {
        // The end of input leaves the cursor behind the question.
        output::note("");
    }
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::failed("nothing was changed")),
    }
}

/// Reads a password from standard input: everything up to the end, without the line break that `echo` and editors put there.
pub(crate) fn password_from_stdin() -> Result<SecretString, Failure> {
    from_stdin("password")
}

/// The same for a secret that a machine has already.
pub(crate) fn secret_from_stdin() -> Result<SecretString, Failure> {
    from_stdin("secret")
}

fn from_stdin(what: &str) -> Result<SecretString, Failure> {
    if somebody_is_there() {
        output::note(&format!("Type the {what}, and then Enter and Ctrl-D:"));
    }
    let mut text = String::new();
    std::io::stdin()
        .take(LONGEST_INPUT)
        .read_to_string(&mut text)
        .map_err(|error| Failure::failed(format!("the {what} cannot be read from standard input: {error}")))?;
    let text = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(SecretString::from(text))
}

/// Asks for something that others may see.
pub(crate) fn text(prompt: &str) -> Result<String, Failure> {
    if !somebody_is_there() {
        return Err(Failure::usage("there is nobody to ask: say who you are with --user, and give the password with --password-stdin"));
    }
    let failed = |error: std::io::Error| Failure::failed(format!("the answer cannot be read: {error}"));
    let mut terminal = std::io::stderr();
    write!(terminal, "{prompt}").and_then(|()| terminal.flush()).map_err(failed)?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(failed)?;
    Ok(answer.trim().to_owned())
}

/// Asks for the password that somebody has.
pub(crate) fn password(prompt: &str) -> Result<SecretString, Failure> {
    if !somebody_is_there() {
        return Err(Failure::usage("there is nobody to ask for a password; give one with --password-stdin"));
    }
    typed(prompt).map(SecretString::from)
}

fn typed(prompt: &str) -> Result<String, Failure> {
    let unreadable = |error| Failure::failed(format!("the password cannot be read from the terminal: {error}; use --password-stdin"));
    rpassword::prompt_password(prompt).map_err(unreadable)
}

/// Asks for a new password, twice. `None` when nothing is typed.
pub(crate) fn new_password(prompt: &str) -> Result<Option<SecretString>, Failure> {
    let password = typed(prompt)?;
    if password.is_empty() {
        return Ok(None);
    }
    if typed("The same again: ")? != password {
        return Err(Failure::failed("the two passwords differ; nothing was changed"));
    }
    Ok(Some(SecretString::from(password)))
}
