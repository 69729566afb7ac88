//! Addresses that are not reached.

use super::{connect, limits, target};
use crate::support::stub::{Stub, says};
use spectacles_core::registry::Trouble;

#[tokio::test]
async fn nobody_is_led_where_only_this_machine_can_go() {
    for url in
        ["http://169.254.169.254", "http://[::ffff:169.254.169.254]:80", "http://0.0.0.0:5000", "http://[fe80::1]", "http://224.0.0.1"]
    {
        let error = connect(target(url), limits()).map(|_| ()).expect_err(url);
        assert_eq!(error.trouble, Trouble::Forbidden, "{url}: {error}");
    }
}

#[tokio::test]
async fn this_machine_is_reached_by_its_own_names_only() {
    let stub = Stub::start(|_, _| says(200, &[], "{}"));
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        let client = connect(target(&format!("http://{host}:{}", stub.port)), limits()).expect(host);
        assert!(client.ping().await.expect(host).admitted, "{host}");
    }
    // What the system calls this machine, as /etc/hosts has it on Debian, is a name that leads to the loopback interface.
    let asked = stub.asked().len();
    let hosts = std::fs::read_to_string("/etc/hosts").expect("every machine has some");
    let aliases =
        hosts.lines().filter(|line| line.starts_with("127.") || line.starts_with("::1")).flat_map(|line| line.split_whitespace().skip(1));
    for alias in aliases.filter(|alias| *alias != "localhost" && !alias.ends_with(".localhost")) {
        let client = connect(target(&format!("http://{alias}:{}", stub.port)), limits()).expect(alias);
        let error = client.ping().await.expect_err(alias);
        assert_eq!(error.trouble, Trouble::Forbidden, "{alias}: {error}");
    }
    assert_eq!(stub.asked().len(), asked);
}
