//! An objective of your own: a cost of a simulated series, for sweeps and fits.
//!
//! The difference in the order of magnitude of variability: how far the standard deviations of regions are from those
//! of data, on a logarithmic scale, so that twice as much costs as much as half as much.
//!
//! `cargo run --release --example custom_objective`
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "an example shows its results"
)]

use brainmass::core::units::dimension::Dimensionless;
use brainmass::core::units::{hz, ms, s};
use brainmass::core::{Connectome, Error, Objective, Result, TimeSeries, conformance};
use brainmass::network::{Monitor, Network, Simulator, WhiteNoise};
use brainmass::nodes::Linear;
use nalgebra::DMatrix;

/// Mean over channels of the square of ln(σ/σ′), simulated over target.
///
/// An objective holds its data, as what it needs of them.
#[derive(Debug)]
struct Variability {
    logarithms: Vec<f64>,
}

impl Variability {
    fn of(target: &TimeSeries<Dimensionless>) -> Result<Self> {
        Ok(Self { logarithms: logarithms(target)? })
    }
}

/// The logarithm of each channel's standard deviation; a constant channel has none, and that is an error, not NaN.
fn logarithms(series: &TimeSeries<Dimensionless>) -> Result<Vec<f64>> {
    let logarithm = |(channel, name): (usize, &String)| {
        let row = series.values().row(channel);
        let (mean, deviation) = (row.mean(), row.variance().sqrt());
        // Below rounding of the mean there is nothing but rounding.
        if deviation > 1e-12 * mean.abs() {
            return Ok(deviation.ln());
        }
        let what = "variability".to_owned();
        Err(Error::Constant { what, channel: name.clone(), mean, deviation })
    };
    series.channels().iter().enumerate().map(logarithm).collect()
}

// `Objective<U>` says which unit can be judged. This one compares numbers of one kind; a correlation would take any
// (`impl<U: Dimension> Objective<U> for …`).
impl Objective<Dimensionless> for Variability {
    fn name(&self) -> String {
        "variability".to_owned()
    }

    fn cost(&self, simulated: &TimeSeries<Dimensionless>) -> Result<f64> {
        let found = logarithms(simulated)?;
        if found.len() != self.logarithms.len() {
            let expected = format!("{} channels, as the data", self.logarithms.len());
            return Err(Error::shape("simulated series", expected, format!("{} channels", found.len())));
        }
        let squares = found.iter().zip(&self.logarithms).map(|(found, target)| (found - target).powi(2));
        Ok(squares.sum::<f64>() / found.len() as f64)
    }
}

/// A hundred seconds of three regions that decay at 20/s under noise of a strength.
fn simulate(sigma: f64) -> Result<TimeSeries<Dimensionless>> {
    let network =
        Network::new(Linear { gamma: hz(-20.0) }, Connectome::without_lengths(DMatrix::zeros(3, 3))?)
            .with_state_noise("x", WhiteNoise::new(sigma))?;
    let mut recording =
        Simulator::new(&network, ms(1.0))?.with_seed(5).run(s(100.0), s(1.0), &[Monitor::of("x")])?;
    recording.take::<Dimensionless>("x")
}

fn main() -> Result<()> {
    let target = simulate(0.5)?;
    let objective = Variability::of(&target)?;

    // Finite, pure, an error for a constant or for other channels; and a distance is zero from the data themselves.
    conformance::objective(&objective, &target).expect("the objective keeps the contract");
    conformance::distance(&objective, &target).expect("the data cost nothing");

    // The same noise twice as strong: every standard deviation doubles, and the cost is (ln 2)² = 0.4805.
    let cost = objective.cost(&simulate(1.0)?)?;
    println!("twice the noise costs {cost:.4}");
    assert!((cost - 2f64.ln().powi(2)).abs() < 1e-9);
    Ok(())
}

#[test]
fn the_tutorial_runs() {
    main().unwrap();
}
