use super::*;

fn parse(url: &str) -> Result<DatabaseUrl, String> {
    url.parse().map_err(|error: OpenError| error.to_string())
}

/// The URL that the driver gets.
fn given(url: &str) -> String {
    match parse(url).unwrap().target {
        Target::Sqlite(path) => path.display().to_string(),
        Target::Postgres(url) | Target::MySql(url) => url,
    }
}

#[test]
fn sqlite_paths_have_three_slashes_when_relative_and_four_when_absolute() {
    assert_eq!(given("sqlite:///spectacles.db"), "spectacles.db");
    assert_eq!(given("sqlite:////data/spectacles.db"), "/data/spectacles.db");
    assert_eq!(given("sqlite+pysqlite:///data/x.db?check_same_thread=false"), "data/x.db");
    assert_eq!(parse("sqlite:////data/spectacles.db").unwrap().to_string(), "sqlite:////data/spectacles.db");
    assert!(parse("sqlite://spectacles.db").unwrap_err().contains("too few slashes"));
    for memory in ["sqlite::memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:"] {
        assert!(parse(memory).unwrap_err().contains("name a file"), "{memory}");
    }
}

#[test]
fn schemes_of_sqlalchemy_are_read() {
    for scheme in ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+asyncpg", "postgresql+psycopg"] {
        assert_eq!(given(&format!("{scheme}://u:p@h:5432/d")), "postgres://u:p@h:5432/d?");
    }
    for scheme in ["mysql", "mariadb", "mysql+pymysql", "mysql+mysqldb", "mariadb+mariadbconnector"] {
        assert_eq!(given(&format!("{scheme}://u:p@h/d?charset=utf8mb4")), "mysql://u:p@h/d?");
    }
    for (bad, part) in
        [("", "must begin"), ("data.db", "must begin"), ("oracle://u:geheim@h/d", "`oracle`"), ("mysql://u:geheim@h", "no database")]
    {
        let error = parse(bad).unwrap_err();
        assert!(error.contains(part) && !error.contains("geheim"), "{error}");
    }
}

#[test]
fn parameters_are_translated_or_left_out() {
    let query = |url: &str| given(url).split_once('?').unwrap().1.to_owned();
    assert_eq!(query("postgresql+asyncpg://u@h/d?ssl=require&client_encoding=utf8"), "sslmode=require");
    assert_eq!(query("postgres:///d?host=/run/postgresql&connect_timeout=3"), "host=/run/postgresql");
    assert_eq!(query("mysql+pymysql://u@h/d?unix_socket=/run/mysqld.sock&use_unicode=1"), "socket=/run/mysqld.sock");
    assert_eq!(query("mysql://u@h/d?ssl_ca=/ca.pem"), "ssl-ca=/ca.pem&ssl-mode=VERIFY_CA");
    assert_eq!(query("mysql://u@h/d?ssl_ca=/ca.pem&ssl_verify_identity=true"), "ssl-ca=/ca.pem&ssl-mode=VERIFY_IDENTITY");
    assert!(parse("mysql://u@h/d?ssl_cipher=x").unwrap_err().contains("`ssl_cipher`"));
}

#[test]
fn passwords_are_never_shown() {
    for url in [
        "postgres://user:geheim@host/db",
        "postgres://user:geh@eim@host/db",
        "mysql://user:geh%2Feim@host:3306/db?x=geheim",
        "postgres://host/db?user=user&password=geheim",
        // These are not URLs of what they mean: nothing can be told apart, so that nothing may be shown.
        "postgres://user:geh/eim@host/db",
        "postgres://user:12/geheim@host/db",
        "postgres://user:geh#eim@host/db",
        "postgres://user:12?geheim@host/db",
        "postgres://user:geh:eim@host:99999/db",
        "mysql://user:geheim@host",
        "mysql://user:geheim@host/db?sslgeheim=geheim&ssl_mode=geheim",
        "nosuch://user:geheim@host/db",
    ] {
        let shown = match url.parse::<DatabaseUrl>() {
            Ok(url) => format!("{url} {url:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        let shown = shown.replace("sslgeheim", "");
        assert!(!shown.contains("geh") && !shown.contains("eim") && !shown.contains(":12"), "{url}: {shown}");
    }
}
