//! The token endpoint over real sockets, through axum and through poem.

mod desk;

/// Makes a test of each of these functions for each framework, on the [desk](desk::Desk) of that framework.
macro_rules! through_both_frameworks {
    ($($test:ident),+ $(,)?) => {
        mod axum {
            $(#[test]
            fn $test() {
                super::$test(&crate::tokens::desk::axum());
            })+
        }

        mod poem {
            $(#[test]
            fn $test() {
                super::$test(&crate::tokens::desk::poem());
            })+
        }
    };
}

mod answers;
mod changes;
mod credentials;
mod junk;
mod keys;
mod precedence;
mod rights;
