//! Two things measured call by call in turn, so that whatever else the machine does slows both alike. Medians of calls, because one in
//! between was perhaps not even running.

use criterion::{BenchmarkGroup, Criterion, measurement::WallTime};
use std::time::{Duration, Instant};

/// What came out, row by row.
pub(crate) struct Table {
    yardstick: &'static str,
    subject: &'static str,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    /// Microseconds of a call of each, in each round.
    rounds: Vec<(f64, f64)>,
}

impl Table {
    pub(crate) fn new(yardstick: &'static str, subject: &'static str) -> Self {
        Self { yardstick, subject, rows: Vec::new() }
    }

    /// Measures one pair. Criterion reports the subject alone.
    pub(crate) fn compare(
        &mut self,
        group: &mut BenchmarkGroup<'_, WallTime>,
        name: &str,
        mut yardstick: impl FnMut(),
        mut subject: impl FnMut(),
    ) {
        let mut rounds = Vec::new();
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|count| {
                let (mut one, mut other) = (Vec::new(), Vec::new());
                for _ in 0..count {
                    one.push(time(&mut yardstick));
                    other.push(time(&mut subject));
                }
                let whole = other.iter().sum();
                let [one, other] = [one, other].map(|calls| median(calls.iter().map(|call| call.as_secs_f64() * 1e6)));
                rounds.push((one, other));
                whole
            });
        });
        // None when the command line asks for other benchmarks.
        if !rounds.is_empty() {
            self.rows.push(Row { name: name.to_owned(), rounds });
        }
    }

    /// Ends the run. Medians, each of its own column: the ratio is that of rounds, not of the two columns before it.
    pub(crate) fn print(self, criterion: &Criterion) {
        criterion.final_summary();
        println!("{:28}{:>14}{:>14}{:>8}{:>10}", "", format!("{} us", self.yardstick), format!("{} us", self.subject), "ratio", "more us");
        for Row { name, rounds } in self.rows {
            let column = |of: fn(&(f64, f64)) -> f64| median(rounds.iter().map(of));
            let (one, other) = (column(|round| round.0), column(|round| round.1));
            let (ratio, more) = (column(|round| round.1 / round.0), column(|round| round.1 - round.0));
            println!("{name:28}{one:>14.2}{other:>14.2}{ratio:>8.2}{more:>10.2}");
        }
    }
}

fn time(work: &mut impl FnMut()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
