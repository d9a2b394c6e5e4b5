//! How well the dynamics of simulated functional connectivity agree with data.

use std::path::Path;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Second, s};
use brainmass_core::{Connectome, Error, Result, Sampling, TimeSeries};
use brainmass_datasets::read_matrix;
use brainmass_objectives::{Distribution, FcdWasserstein, SlidingWindow};
use nalgebra::DMatrix;

use super::section::Section;
use super::signal::{AnySeries, with_series};
use crate::load;

/// `[objective.target_fcd]`.
#[derive(Clone, Debug)]
pub(super) struct FcdSettings {
    windows: SlidingWindow,
    target: Distribution,
}

/// How far the dynamics of simulated functional connectivity are from the target's: distances of the distributions
/// of the similarities of all pairs of windows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FcdScore {
    /// The largest difference of the two cumulative distributions, from 0 to 1.
    pub kolmogorov_smirnov: f64,
    /// How far the similarities must be moved on average, from 0 to 2.
    pub wasserstein: f64,
}

impl FcdSettings {
    pub(super) fn read(section: Section<'_>, connectome: &Connectome, folder: &Path) -> Result<Self> {
        let window = section.required_time("window")?;
        let windows = SlidingWindow::new(window, section.required_time("step")?);
        let read = |file: &str| read_matrix(&load::path(folder, file)?);
        let target = match (section.text("series")?, section.text("distribution")?) {
            (Some(file), None) => {
                let series = series(read(file)?, section.required_time("period")?, connectome)?;
                windows.fcd(&series)?.distribution()?
            }
            (None, Some(file)) => distribution(&read(file)?)?,
            _ => return Err(section.error("series", "either a series or a distribution must be named")),
        };
        section.finish()?;
        Ok(Self { windows, target })
    }

    /// The distance with a gradient.
    pub(super) fn objective(&self) -> FcdWasserstein {
        FcdWasserstein::new(self.windows.clone(), self.target.clone())
    }

    pub(super) fn score(&self, simulated: &AnySeries) -> Result<FcdScore> {
        let fcd = with_series!(simulated, series => self.windows.fcd(series))?;
        let found = fcd.distribution()?;
        Ok(FcdScore {
            kolmogorov_smirnov: found.kolmogorov_smirnov(&self.target),
            wasserstein: found.wasserstein(&self.target),
        })
    }
}

/// A recording of the connectome's regions, one row each.
fn series(
    values: DMatrix<f64>,
    period: Second,
    connectome: &Connectome,
) -> Result<TimeSeries<Dimensionless>> {
    let n = connectome.n_regions();
    if values.nrows() != n {
        let expected =
            format!("{n} rows, as many as regions in the connectome, and a column for each sample");
        let found = format!("{} × {}", values.nrows(), values.ncols());
        return Err(Error::shape("series of target_fcd", expected, found));
    }
    TimeSeries::new(values, Sampling::new(connectome.labels().to_vec(), period, s(0.0))?)
}

/// Similarities in one row or column.
fn distribution(values: &DMatrix<f64>) -> Result<Distribution> {
    if values.nrows().min(values.ncols()) != 1 {
        let found = format!("{} × {}", values.nrows(), values.ncols());
        return Err(Error::shape("distribution of target_fcd", "one row or one column of numbers", found));
    }
    Distribution::new(values.as_slice().to_vec())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::Experiment;
    use crate::report::summary;

    /// 20 s of eight noisy oscillators, ten samples a second.
    const FILE: &str = "[network]\nconnectome = 'example'\n[node]\nmodel = 'stuart_landau'\n\
        [noise]\nstate = 'x'\nsigma = 0.1\n[simulation]\ndt_ms = 10\nduration_ms = 20000\n\
        [observe.x]\nmodel = 'series'\nsource = 'x'\nperiod_ms = 100\n\
        [objective]\nsignal = 'x'\ntarget_fc = 'example'\n[objective.target_fcd]\nstep_ms = 1000\n";

    fn experiment(folder: &Path, target: &str) -> Experiment {
        let path = folder.join("experiment.toml");
        std::fs::write(&path, format!("{FILE}{target}\n")).unwrap();
        Experiment::open(&path).unwrap()
    }

    #[test]
    fn simulated_dynamics_are_compared_with_a_distribution_or_a_series() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let run = |target: &str| experiment(path, target).run(&mut |_| ()).unwrap();

        std::fs::write(path.join("twos.txt"), "2\n2\n2\n").unwrap();
        let outcome = run("window_ms = 4000\ndistribution = 'twos.txt'");
        let AnySeries::Plain(series) = &outcome.signal("x").unwrap().series else { panic!("{outcome:?}") };
        // 40 samples in each of 17 windows; everything must be moved up to 2.
        let fcd = SlidingWindow::in_samples(40, 10).fcd(series).unwrap();
        let mean = (fcd.matrix().sum() - 17.0) / (17.0 * 16.0);
        let score = outcome.scored().unwrap().fcd.unwrap();
        assert_eq!(score.kolmogorov_smirnov, 1.0);
        assert!((score.wasserstein - (2.0 - mean)).abs() < 1e-13, "{score:?} {mean}");
        let summary = summary(&outcome);
        assert_eq!(summary["fcd_kolmogorov_smirnov"].as_f64(), Some(1.0));
        assert_eq!(summary["fcd_wasserstein"].as_f64(), Some(score.wasserstein));

        let mut text = String::new();
        for row in series.values().row_iter() {
            let numbers: Vec<String> = row.iter().map(|value| format!("{value:?}")).collect();
            writeln!(text, "{}", numbers.join(",")).unwrap();
        }
        std::fs::write(path.join("series.csv"), text).unwrap();
        let score = |target: &str| run(target).scored().unwrap().fcd.unwrap();
        let itself = score("window_ms = 4000\nseries = 'series.csv'\nperiod_ms = 100");
        assert_eq!(itself, FcdScore { kolmogorov_smirnov: 0.0, wasserstein: 0.0 });
        // The same numbers as if sampled twice as fast: the windows hold twice as many.
        let faster = score("window_ms = 4000\nseries = 'series.csv'\nperiod_ms = 50");
        assert!(faster.wasserstein > 0.01, "{faster:?}");
    }

    #[test]
    fn what_is_wrong_is_said_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("square.csv"), "1,0.5\n0.5,1\n").unwrap();
        let fail = |target: &str| experiment(folder.path(), target).check().unwrap_err().to_string();
        assert_eq!(fail(""), "[objective.target_fcd] window_ms: is missing");
        assert_eq!(
            fail("window_ms = 4000"),
            "[objective.target_fcd] series: either a series or a distribution must be named"
        );
        let square = fail("window_ms = 4000\ndistribution = 'square.csv'");
        assert!(square.contains("one row or one column") && square.contains("2 × 2"), "{square}");
        let regions = fail("window_ms = 4000\nseries = 'square.csv'\nperiod_ms = 100");
        assert!(regions.contains("8 rows") && regions.contains("2 × 2"), "{regions}");
        assert!(fail("window_ms = 4000\ndistribution = 'absent.txt'").contains("absent.txt"));
        std::fs::write(folder.path().join("one.txt"), "0.5\n").unwrap();
        let unknown = fail("window_ms = 4000\ndistribution = 'one.txt'\nperiod_ms = 100");
        assert!(unknown.contains("period_ms"), "{unknown}");
    }
}
