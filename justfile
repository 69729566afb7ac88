# The daily commands. `just` alone lists them; tests/run is what CI runs, and runs the same.

[private]
default:
    @{{ just_executable() }} --list --unsorted

# Everything that CI does
ci:
    tests/run

# Some steps of it; `just steps` tells which there are
step *names:
    tests/run {{ names }}

# The steps of CI
steps:
    @tests/run --list

# Whether it compiles and reads well: the quick round while working
check:
    cargo fmt --all
    cargo clippy --workspace --all-targets --all-features

# Unit tests and the examples in the documentation
test *filter:
    cargo test --workspace --all-features --lib --bins {{ filter }}
    cargo test --workspace --all-features --doc {{ filter }}

# Real registries, clients and databases: `just integration skopeo`
integration *filter:
    cargo build --workspace --all-features --all-targets --quiet
    PATH="$PATH:/usr/sbin:/sbin" cargo test --workspace --all-features --test '*' -- {{ filter }}

# Benchmarks
bench *filter:
    cargo bench --workspace --all-features {{ filter }}

# The documentation of all crates, in a browser
doc:
    cargo doc --workspace --all-features --no-deps --open

# Licences, sources, and who may depend on whom
deny:
    tests/run dependencies

# A server and a registry to try things with, in a directory of its own
quickstart dir="target/quickstart":
    cargo run -p spectacles-cli -- quickstart --dir {{ dir }}

# The program as it is shipped
release:
    cargo build --release -p spectacles-cli
