//! What Spectacles promises, tried from outside. There is nothing here: the tests are in `tests/tests/`, what they stand on is in
//! `tests/support/`, and `tests/run` installs what they need and runs them all.
