//! Minima by criterion.

use std::path::Path;
use std::time::Duration;

use criterion::Criterion;

use super::super::clock::now;
use super::super::progress::Taken;
use crate::{Error, Result, root};

/// Times things, one after the other.
pub(super) struct Stopwatch {
    criterion: Criterion,
}

impl Stopwatch {
    /// A stopwatch that takes some two seconds for each thing.
    pub(super) fn new() -> Self {
        let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
        let folder: &Path = &folder.join("criterion");
        let criterion = Criterion::default()
            .without_plots()
            .sample_size(10)
            .nresamples(2000)
            .warm_up_time(Duration::from_millis(200))
            .measurement_time(Duration::from_secs(2))
            .output_directory(folder);
        Self { criterion }
    }

    /// The least processor time of a step, ns.
    ///
    /// Criterion decides how often `run` is called, and shows and keeps its own statistics of these calls; a busy
    /// machine makes some of them slow and none of them fast, hence the minimum.
    pub(super) fn nanoseconds(&mut self, name: &str, mut run: impl FnMut() -> Result<Taken>) -> Result<f64> {
        let mut least = f64::INFINITY;
        let mut failure: Option<Error> = None;
        self.criterion.bench_function(name, |bencher| {
            bencher.iter_custom(|n_calls| {
                let mut seconds = 0.0;
                for _ in 0..n_calls {
                    match run() {
                        Ok(taken) => {
                            seconds += taken.seconds;
                            least = least.min(taken.seconds / taken.n_steps as f64);
                        }
                        Err(error) => failure = Some(error),
                    }
                }
                // Criterion takes no time for a reason to give up.
                Duration::from_secs_f64(f64::max(seconds, 1e-9))
            });
        });
        match failure {
            None => Ok(1e9 * least),
            Some(error) => Err(error),
        }
    }
}

/// Times a number of steps of something that needs no beginning.
pub(super) fn clocked(n_steps: usize, mut step: impl FnMut()) -> Taken {
    let since = now();
    for _ in 0..n_steps {
        step();
    }
    Taken { n_steps, seconds: now() - since }
}
