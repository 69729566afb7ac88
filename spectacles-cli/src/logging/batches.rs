//! Writing lines in batches, from a thread of its own.
//!
//! Waking another thread for every line would cost a request as much as all the rest of the log does. So lines are put into a buffer, and
//! the thread comes for them a few times a second.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

/// How long lines may lie in the buffer. Short enough for somebody who watches.
const BATCH: Duration = Duration::from_millis(50);
/// How many bytes may lie there. What comes on top is dropped and counted: a request must not wait for a disk.
const ROOM: usize = 4 * 1024 * 1024;

/// Takes whole lines, and does not wait.
#[derive(Clone)]
pub(super) struct Batches(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    lines: Vec<u8>,
    dropped: u64,
    closed: bool,
}

/// Writes what still waits when it is dropped.
pub(super) struct Writer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Batches {
    /// Begins to write, from a thread of this name.
    pub(super) fn begin(name: &str, to: impl Write + Send + 'static) -> io::Result<(Self, Writer)> {
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new() });
        let thread = thread::Builder::new().name(name.to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || shared.write_to(to)
        })?;
        Ok((Self(Arc::clone(&shared)), Writer { shared, thread: Some(thread) }))
    }

    /// How many lines were dropped so far.
    pub(super) fn dropped(&self) -> u64 {
        self.0.state().dropped
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds it can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, mut to: impl Write) {
        let mut lines = Vec::new();
        loop {
            let waiting = |state: &mut State| state.lines.is_empty() && !state.closed;
            let state = self.changed.wait_while(self.state(), waiting).unwrap_or_else(PoisonError::into_inner);
            // More is on its way, most probably.
            let rest = self.changed.wait_timeout_while(state, BATCH, |state| !state.closed);
            let mut state = rest.unwrap_or_else(PoisonError::into_inner).0;
            mem::swap(&mut lines, &mut state.lines);
            let closed = state.closed;
            drop(state);
            // There is nobody who could be told that the log cannot be written.
            let _ = to.write_all(&lines).and_then(|()| to.flush());
            lines.clear();
            lines.shrink_to(64 * 1024);
            if closed {
                return;
            }
        }
    }
}

impl Write for Batches {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut state = self.0.state();
        if state.lines.len() + line.len() > ROOM {
            state.dropped += 1;
        } else {
            let first = state.lines.is_empty();
            state.lines.extend_from_slice(line);
            drop(state);
            if first {
                self.0.changed.notify_one();
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Batches {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// Hands every batch to the test, and waits until it may go on.
    struct Slow(mpsc::Sender<Vec<u8>>, mpsc::Receiver<()>);

    impl Write for Slow {
        fn write(&mut self, batch: &[u8]) -> io::Result<usize> {
            let _ = self.0.send(batch.to_vec());
            let _ = self.1.recv();
            Ok(batch.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_arrives_in_order_also_those_that_wait_at_the_end() {
        let (sender, batches) = mpsc::channel();
        let (go, may_go) = mpsc::channel();
        let (mut lines, writer) = Batches::begin("test", Slow(sender, may_go)).unwrap();
        drop(go);
        let expected: String = (0..1000).map(|n| format!("line {n}\n")).collect();
        for line in expected.lines() {
            lines.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
        drop(writer);
        assert_eq!(String::from_utf8(batches.try_iter().flatten().collect()).unwrap(), expected);
        assert_eq!(lines.dropped(), 0);
    }

    #[test]
    fn a_slow_disk_costs_lines_and_holds_nobody_up() {
        let (sender, batches) = mpsc::channel();
        let (go, may_go) = mpsc::channel();
        let (mut lines, writer) = Batches::begin("test", Slow(sender, may_go)).unwrap();
        lines.write_all(b"first\n").unwrap();
        let first = batches.recv().unwrap();
        let line = vec![b'x'; ROOM / 4];
        for _ in 0..6 {
            lines.write_all(&line).unwrap();
        }
        assert_eq!(lines.dropped(), 2);
        drop(go);
        drop(writer);
        assert_eq!(first.len() + batches.try_iter().map(|batch| batch.len()).sum::<usize>(), 6 + ROOM);
    }
}
