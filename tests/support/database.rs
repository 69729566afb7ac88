//! PostgreSQL and MariaDB servers that belong to one test, on ports of the loopback interface. Neither runs as root: when the
//! test does, they run as the user that Debian's package made for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::process::{Process, free_port, is_root, run};

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    PostgreSql,
    MariaDb,
}

/// A database server. It can be stopped and started again with what it holds.
pub(crate) struct Database {
    process: Option<Process>,
    directory: TempDir,
    engine: Engine,
    port: u16,
}

impl Database {
    pub(crate) fn start(engine: Engine) -> Self {
        // Short, because the path of a unix socket has to be.
        let directory = tempfile::Builder::new().prefix("db").tempdir().expect("a temporary directory");
        let mut database = Self { process: None, directory, engine, port: free_port() };
        fs::create_dir(database.data()).expect("a directory");
        if is_root() {
            must(Command::new("chmod").arg("755").arg(database.directory.path()));
            must(Command::new("chown").arg(engine.user()).arg(database.data()));
        }
        must(&database.initialise());
        database.start_again();
        database
    }

    pub(crate) fn start_again(&mut self) {
        let command = self.serve();
        // PostgreSQL waits for its clients on TERM, and sends them away on INT.
        let signal = if self.engine == Engine::PostgreSql { "INT" } else { "TERM" };
        let mut process = Process::start_ended_by(signal, "database", self.directory.path(), &command);
        process.wait_until_ready(|| run(&self.shell("SELECT 1"), "").succeeded());
        self.process = Some(process);
    }

    pub(crate) fn stop(&mut self) {
        self.process = None;
    }

    /// Makes an empty database and returns its address.
    pub(crate) fn create(&self, name: &str) -> String {
        must(&self.shell(&format!("CREATE DATABASE {name}")));
        let scheme = if self.engine == Engine::PostgreSql { "postgres" } else { "mysql" };
        format!("{scheme}://spectacles:{PASSWORD}@127.0.0.1:{}/{name}", self.port)
    }

    /// The single column of a query, row by row.
    pub(crate) fn query(&self, name: &str, sql: &str) -> Vec<String> {
        let outcome = run(self.shell(sql).arg(name), "");
        assert!(outcome.succeeded(), "{sql}: {}", outcome.text());
        outcome.stdout.lines().map(str::to_owned).collect()
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn initialise(&self) -> Command {
        match self.engine {
            Engine::PostgreSql => {
                let mut command = self.as_its_user(&postgres("initdb"));
                command.args(["--no-sync", "--auth=trust", "--username=spectacles", "--encoding=UTF8", "--locale=C.UTF-8", "-D"]);
                command.arg(self.data());
                command
            }
            Engine::MariaDb => {
                let mut command = self.as_its_user("mariadb-install-db".as_ref());
                command.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
                command.arg(format!("--datadir={}", self.data().display())).arg(self.tmpdir());
                command
            }
        }
    }

    /// MariaDB removes what other servers keep in a directory for temporary tables that it shares with them.
    fn tmpdir(&self) -> String {
        format!("--tmpdir={}", self.data().display())
    }

    fn serve(&self) -> Command {
        let data = self.data();
        match self.engine {
            Engine::PostgreSql => {
                let mut command = self.as_its_user(&postgres("postgres"));
                command.arg("-D").arg(&data).args(["-p", &self.port.to_string(), "-h", "127.0.0.1", "-k"]).arg(&data);
                command.args(["-c", "fsync=off"]);
                command
            }
            Engine::MariaDb => {
                let mut command = self.as_its_user("mariadbd".as_ref());
                command.args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"]);
                let init = self.directory.path().join("init.sql");
                fs::write(&init, format!("GRANT ALL ON *.* TO spectacles@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n")).expect("a file");
                command.arg(self.tmpdir()).arg(format!("--init-file={}", init.display())).arg(format!("--datadir={}", data.display()));
                command.arg(format!("--socket={}/socket", data.display())).arg(format!("--pid-file={}/pid", data.display()));
                command.arg(format!("--port={}", self.port));
                command
            }
        }
    }

    /// The server's own shell, running one statement. A database's name may follow.
    fn shell(&self, sql: &str) -> Command {
        let port = self.port.to_string();
        match self.engine {
            Engine::PostgreSql => {
                let mut command = Command::new("psql");
                command.args(["-h", "127.0.0.1", "-p", &port, "-U", "spectacles", "-AtqX", "-c", sql]);
                command.env("PGDATABASE", "postgres");
                command
            }
            Engine::MariaDb => {
                let mut command = Command::new("mariadb");
                command.args(["--no-defaults", "-h", "127.0.0.1", "-P", &port, "-u", "spectacles", "-NB", "-e", sql]);
                command.env("MYSQL_PWD", PASSWORD);
                command
            }
        }
    }

    fn as_its_user(&self, program: &Path) -> Command {
        if !is_root() {
            return Command::new(program);
        }
        // Without a session in between, so that a signal reaches the server itself.
        let user = self.engine.user();
        let mut command = Command::new("setpriv");
        command.args(["--reuid", user, "--regid", user, "--init-groups", "--"]).arg(program).current_dir("/");
        command
    }
}

impl Engine {
    fn user(self) -> &'static str {
        match self {
            Self::PostgreSql => "postgres",
            Self::MariaDb => "mysql",
        }
    }
}

const PASSWORD: &str = "private";

/// A program of PostgreSQL's server, which Debian keeps off the PATH: of the newest version that is installed.
fn postgres(program: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed = versions.map(|version| version.path().join("bin").join(program)).filter(|path| path.exists());
    installed.max().unwrap_or_else(|| PathBuf::from(program))
}

fn must(command: &Command) {
    let outcome = run(command, "");
    assert!(outcome.succeeded(), "{command:?}: {}", outcome.text());
}
