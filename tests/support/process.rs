//! Programs a test starts.
//!
//! A server must be gone when its test is, also when the test process is killed and runs no destructor. So a server is the
//! child of a small shell that holds the reading end of a pipe: whatever closes the other end, our `drop` or the kernel, the
//! shell ends the server. Only processes that were started here are ever signalled, and by their id.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Starts `$3..`, writes its id to `$1`, and ends it when standard input does: by the signal `$2`, and after ten seconds by force.
const WATCHDOG: &str = r#"
exec 3<&0
pidfile=$1
signal=$2
shift 2
"$@" </dev/null 3<&- &
pid=$!
echo "$pid" >"$pidfile"
(
  read -r _ <&3
  kill -"$signal" "$pid"
  n=0
  while [ "$n" -lt 100 ] && kill -0 "$pid"; do sleep 0.1; n=$((n + 1)); done
  kill -9 "$pid"
) >/dev/null 2>&1 &
watchdog=$!
wait "$pid"
status=$?
kill "$watchdog" 2>/dev/null
exit "$status"
"#;

/// How long a server may take to be ready or to end. Generous: the machine may be compiling something else.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A server under the watchdog. Dropping it ends it, and shows the end of its log when the test is failing.
pub(crate) struct Process {
    name: String,
    log: PathBuf,
    pidfile: PathBuf,
    shell: Child,
    /// Held open as long as the program should run.
    leash: Option<ChildStdin>,
}

impl Process {
    /// Starts `command`; what it prints goes to `<directory>/<name>.log`.
    pub(crate) fn start(name: &str, directory: &Path, command: &Command) -> Self {
        Self::start_ended_by("TERM", name, directory, command)
    }

    /// The same for a program that another signal than TERM ends best.
    pub(crate) fn start_ended_by(signal: &str, name: &str, directory: &Path, command: &Command) -> Self {
        let log = directory.join(format!("{name}.log"));
        let pidfile = directory.join(format!("{name}.pid"));
        let output = File::create(&log).expect("a log file can be made");
        let mut shell = Command::new("sh");
        shell.args(["-c", WATCHDOG, "watchdog"]).arg(&pidfile).arg(signal).arg(command.get_program()).args(command.get_args());
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(key, value),
                None => shell.env_remove(key),
            };
        }
        if let Some(place) = command.get_current_dir() {
            shell.current_dir(place);
        }
        shell.stdin(Stdio::piped()).stdout(output.try_clone().expect("a handle can be copied")).stderr(output);
        let mut shell = shell.spawn().unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let leash = shell.stdin.take();
        Self { name: name.to_owned(), log, pidfile, shell, leash }
    }

    /// Waits until `ready` says so; fails at once when the program ends instead.
    pub(crate) fn wait_until_ready(&mut self, mut ready: impl FnMut() -> bool) {
        let outcome = poll(PATIENCE, || {
            if ready() {
                return Some(Ok(()));
            }
            self.shell.try_wait().expect("a child can be asked").map(Err)
        });
        match outcome {
            Some(Ok(())) => {}
            Some(Err(status)) => panic!("{} ended instead of serving: {status}\n{}", self.name, self.log()),
            None => panic!("{} was not ready after {PATIENCE:?}\n{}", self.name, self.log()),
        }
    }

    /// Everything it printed so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Sends a signal to the program itself, not to its watchdog.
    pub(crate) fn signal(&self, signal: &str) {
        let pid = fs::read_to_string(&self.pidfile).expect("the watchdog wrote the process id");
        let status = Command::new("kill").args([format!("-{signal}").as_str(), pid.trim()]).status().expect("kill can be run");
        assert!(status.success(), "{} was not there to be signalled", self.name);
    }

    /// Waits for the program to end by itself and returns its exit code: 128 and the signal when one ended it.
    pub(crate) fn wait(&mut self) -> i32 {
        let status = poll(PATIENCE, || self.shell.try_wait().expect("a child can be waited for"));
        let status = status.unwrap_or_else(|| panic!("{} did not end within {PATIENCE:?}\n{}", self.name, self.log()));
        status.code().unwrap_or(-1)
    }

    /// Ends the program and waits until it is gone.
    pub(crate) fn stop(&mut self) -> i32 {
        self.leash = None;
        self.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.leash = None;
        if poll(PATIENCE, || self.shell.try_wait().ok().flatten()).is_none() {
            let _ = self.shell.kill();
            let _ = self.shell.wait();
        }
        if thread::panicking() {
            let log = self.log();
            let from = log.lines().count().saturating_sub(40);
            let tail: Vec<_> = log.lines().skip(from).collect();
            #[allow(clippy::print_stderr, reason = "benchmarks start processes as well, and are no tests for clippy")]
            let () = eprintln!("--- {} said at the end:\n{}", self.name, tail.join("\n"));
        }
    }
}

/// What became of a program that was run to its end.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    pub(crate) fn succeeded(&self) -> bool {
        self.code == 0
    }

    /// Both streams, for looking for a message: clients differ in where they print it.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Runs `command` to its end with `input` on its standard input. A program that hangs is ended and counts as failed.
pub(crate) fn run(command: &Command, input: &str) -> Outcome {
    let mut limited = Command::new("timeout");
    limited.args(["-k", "5", "60"]).arg(command.get_program()).args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(key, value),
            None => limited.env_remove(key),
        };
    }
    if let Some(place) = command.get_current_dir() {
        limited.current_dir(place);
    }
    let program = command.get_program().to_string_lossy().into_owned();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let stdin = directory.path().join("stdin");
    fs::write(&stdin, input).expect("input can be written");
    limited.stdin(File::open(&stdin).expect("input can be read"));
    let output = limited.output().unwrap_or_else(|error| panic!("cannot run {program}: {error}"));
    let code = output.status.code().unwrap_or(-1);
    assert!(code != 127, "{program} is not installed; tests/run installs what the tests need");
    Outcome {
        code,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Whether this test runs as root: some servers refuse that, and dockerd wants it.
pub(crate) fn is_root() -> bool {
    run(Command::new("id").arg("-u"), "").stdout.trim() == "0"
}

/// Asks until there is an answer or the time is up.
pub(crate) fn poll<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if start.elapsed() > limit {
            return None;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// A port of the loopback interface on which nobody listens, each handed out once per test process. They lie below the ones
/// the kernel gives to outgoing connections, so that none of those takes it between here and the server's start.
pub(crate) fn free_port() -> u16 {
    const FIRST: u16 = 10_000;
    const COUNT: u16 = 22_000;
    static HANDED_OUT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % u32::from(COUNT / 100)).expect("smaller than the count") * 100;
    for _ in 0..COUNT {
        let port = FIRST + (start + HANDED_OUT.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port on the loopback interface");
}
