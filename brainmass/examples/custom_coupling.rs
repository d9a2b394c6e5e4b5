//! A coupling of your own: what a source sends, what a target makes of it, and which units fit.
//!
//! Divisive normalisation (Carandini & Heeger 2012, doi:10.1038/nrn3136) between regions: what arrives saturates with all
//! that arrives, so that strongly connected regions are not driven without bounds.
//!
//! `cargo run --release --example custom_coupling`
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "an example shows its results"
)]

use brainmass::core::units::dimension::Dimensionless;
use brainmass::core::units::{Unit, hz, s};
use brainmass::core::{Connectome, Coupling, Parameter, Parameterized, Real, Result, Strength, conformance};
use brainmass::network::{Connection, Monitor, Network, Simulator};
use brainmass::nodes::Linear;
use nalgebra::dmatrix;

/// Normalising coupling.
///
/// ```text
/// c_i = G S_i/(σ + |S_i|),   S_i = Σ_j w_ij x_j(t − d_ij)
/// ```
///
/// A coupling is *separable*: a function of the source, a weighted sum, a function of the target and the sum. So the
/// engine does one multiply-add per pair of regions, and delays are its business, not yours.
#[derive(Clone, Debug)]
struct Normalising {
    g: Strength,
    sigma: f64,
}

// Parameters have names, so that files and sweeps can set them, one value per region if they like.
impl Parameterized for Normalising {
    type With<T: Real> = [T; 2];
    const PARAMETERS: &'static [Parameter] = &[
        Parameter {
            name: "g",
            unit: Unit::DIMENSIONLESS,
            default: 1.0,
            range: (0.0, f64::MAX),
            description: "Strength: what arrives at most.",
        },
        Parameter {
            name: "sigma",
            unit: Unit::DIMENSIONLESS,
            default: 1.0,
            range: (1e-9, f64::MAX),
            description: "The sum that makes half of the most.",
        },
    ];

    // Visits the parameters in the order of the list; the engine decides what number stands for each.
    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> [T; 2] {
        [source(0, self.g.value()), source(1, self.sigma)]
    }
}

impl Coupling for Normalising {
    type Sent<T: Real> = [T; 1];
    const NAME: &'static str = "normalising";
    const N_SENT: usize = 1;
    // What arrives depends on the sums alone.
    const NEEDS_TARGET: bool = false;

    fn send<T: Real>(_: &[T; 2], source: T) -> [T; 1] {
        [source]
    }

    fn receive<T: Real>([g, sigma]: &[T; 2], _target: T, sums: &[T; 1], _in_strength: T) -> T {
        *g * sums[0] / (*sigma + sums[0].abs())
    }

    // The strength came with a unit. What arrives has it; the network compares it with the unit of the input.
    fn parameter_unit(&self, index: usize) -> Option<Unit> {
        Some(if index == 0 { self.g.unit() } else { Self::PARAMETERS[index].unit })
    }

    fn arriving_unit(&self, _source: Unit) -> Result<Unit> {
        Ok(self.g.unit())
    }
}

fn main() -> Result<()> {
    let coupling = Normalising { g: hz(30.0).into(), sigma: 2.0 };
    conformance::coupling(&coupling).expect("the coupling keeps the contract");

    // A source held at 1 by its start without decay, and two targets, one with three times the weight.
    let connectome = Connectome::without_lengths(dmatrix![0.0, 0.0, 0.0; 2.0, 0.0, 0.0; 6.0, 0.0, 0.0])?;
    let network = Network::new(Linear::default(), connectome)
        .with_parameter("gamma", brainmass::core::units::Hertz::new(vec![0.0, -10.0, -10.0]))?
        .with_initial("x", vec![1.0, 0.0, 0.0])?
        .with_connection(Connection::new("x", "x_input", coupling))?;
    let mut recording = Simulator::new(&network, s(0.001))?.run(s(3.0), s(0.0), &[Monitor::of("x")])?;
    let x = recording.take::<Dimensionless>("x")?;
    let (weak, strong) = (x.values()[(1, 2999)], x.values()[(2, 2999)]);
    println!("weight 2 gives {weak:.4}, weight 6 gives {strong:.4}");

    // At rest 10 x = 30 S/(2 + S): S = 2 gives 1.5, S = 6 gives 2.25 and not three times as much.
    assert!((weak - 1.5).abs() < 1e-9 && (strong - 2.25).abs() < 1e-9);
    Ok(())
}

#[test]
fn the_tutorial_runs() {
    main().unwrap();
}
