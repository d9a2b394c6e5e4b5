//! What must hold to the last bit, or nearly: seeds, units, streams.

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Values, hz, khz, mm_per_ms, ms, mv, s, us, v};
use brainmass_core::{Connectome, ObservationModel, Observer, TemporalAverage, TimeSeries};
use brainmass_forward::hrf::SpmDoubleGamma;
use brainmass_forward::{BalloonWindkessel, ConvolutionBold, Haemodynamics};
use brainmass_network::{
    Connection, Delays, Diffusive, Drive, Monitor, Network, OrnsteinUhlenbeck, Simulator, WhiteNoise,
};
use brainmass_nodes::{JansenRit, WilsonCowan};
use nalgebra::DMatrix;

use super::case::{Case, Check};
use super::tools::{labelled, largest, largest_difference, normals, record};
use crate::Result;

const CONTRACT: &str = "contract of the simulator";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "same-seed-same-bits",
        what: "samples that differ between two runs of a noisy, delayed network with one seed",
        source: CONTRACT,
        tolerance: 0.0,
        why: "a count; a run with another seed must differ",
        check: Check::Alone(same_seed),
    },
    Case {
        name: "units-do-not-matter",
        what: "potentials of a Jansen–Rit network written in mV, ms, Hz and in V, µs, kHz, relative to \
               the largest",
        source: CONTRACT,
        tolerance: 1e-12,
        why: "parameters that differ in the last place, along 1000 steps",
        check: Check::Alone(units),
    },
    Case {
        name: "stream-is-batch",
        what: "average, BOLD by convolution and by Balloon, recorded in a run, distance from those of the \
               recorded rates",
        source: CONTRACT,
        tolerance: 0.0,
        why: "the same operations on the same numbers",
        check: Check::Alone(stream),
    },
    Case {
        name: "blocks-do-not-matter",
        what: "BOLD by convolution and by Balloon of a signal in blocks of 1 to 97 samples, distance from \
               the whole",
        source: CONTRACT,
        tolerance: 0.0,
        why: "the same operations on the same numbers",
        check: Check::Alone(blocks),
    },
];

fn connectome() -> Result<Connectome> {
    labelled(normals(4, 4).map(f64::abs), &normals(4, 4).map(|length| 10.0 * length.abs()))
}

/// Wilson–Cowan with every kind of randomness.
fn noisy() -> Result<Network<WilsonCowan>> {
    let delays = Delays::at_speed(mm_per_ms(4.0));
    Ok(Network::new(WilsonCowan::default(), connectome()?)
        .with_connection(Connection::new("r_e", "e_input", Diffusive::new(0.5)).with_delays(delays))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.4, ms(20.0)))?
        .with_state_noise("r_i", WhiteNoise::new(0.2))?
        .with_random_initial("r_e", 0.0, 0.3)?)
}

fn same_seed() -> Result<f64> {
    let network = noisy()?;
    let run = |seed| {
        let simulator = Simulator::new(&network, ms(0.5))?.with_seed(seed);
        Ok::<_, crate::Error>(record(&simulator, ms(500.0), s(0.0), &["r_e"])?.swap_remove(0))
    };
    let (first, second, other) = (run(9)?, run(9)?, run(10)?);
    let differing = |a: &DMatrix<f64>, b: &DMatrix<f64>| {
        a.iter().zip(b).filter(|(a, b)| a.to_bits() != b.to_bits()).count()
    };
    if differing(&first, &other) < first.len() / 2 {
        return Err("another seed gives the same noise".into());
    }
    Ok(differing(&first, &second) as f64)
}

fn units() -> Result<f64> {
    let run = |gain: Values, rate: Values, drive: Drive, dt| -> Result<DMatrix<f64>> {
        let network = Network::new(JansenRit::default(), connectome()?)
            .with_parameter("a_e", gain)?
            .with_parameter("b_e", rate)?
            .with_connection(Connection::new("potential", "m_input", Diffusive::new(0.2)))?
            .with_drive("e_input", drive)?;
        Ok(record(&Simulator::new(&network, dt)?, s(0.1), s(0.0), &["potential"])?.swap_remove(0))
    };
    let usual = run(mv(3.3).into(), hz(90.0).into(), Drive::constant(hz(170.0)), ms(0.1))?;
    let other = run(v(0.0033).into(), khz(0.09).into(), Drive::constant(khz(0.17)), us(100.0))?;
    largest_difference(&other, &usual)
}

type Series = TimeSeries<Dimensionless>;

fn average() -> TemporalAverage<Dimensionless> {
    TemporalAverage::new(ms(4.0))
}

fn convolution() -> ConvolutionBold<Dimensionless> {
    ConvolutionBold::new(SpmDoubleGamma::default(), ms(720.0), ms(20.0))
}

fn balloon() -> BalloonWindkessel<Dimensionless> {
    BalloonWindkessel::new(Haemodynamics::stephan_2007()).with_repetition_time(ms(720.0))
}

fn stream() -> Result<f64> {
    let network = noisy()?;
    let monitors = [
        Monitor::of("r_e"),
        Monitor::of("r_e").observed(average()).named("average"),
        Monitor::of("r_e").observed(convolution()).named("convolution"),
        Monitor::of("r_e").observed(balloon()).named("balloon"),
    ];
    let mut recording = Simulator::new(&network, ms(1.0))?.run(s(20.16), s(0.0), &monitors)?;
    let rates: Series = recording.take("r_e")?;
    let mut errors = Vec::new();
    for (name, expected) in [
        ("average", average().observe(&rates)?),
        ("convolution", convolution().observe(&rates)?),
        ("balloon", balloon().observe(&rates)?),
    ] {
        let found: Series = recording.take(name)?;
        errors.push(largest_difference(found.values(), expected.values())?);
    }
    Ok(largest(errors))
}

fn blocks() -> Result<f64> {
    let signal = Series::unnamed(normals(3, 4000).map(f64::abs), ms(10.0), ms(10.0))?;
    Ok(largest([in_blocks(&convolution(), &signal)?, in_blocks(&balloon(), &signal)?]))
}

fn in_blocks<M>(model: &M, signal: &Series) -> Result<f64>
where
    M: ObservationModel<Input = Dimensionless, Output = Dimensionless>,
{
    let whole = model.observe(signal)?;
    let mut errors = Vec::new();
    for length in [1, 2, 10, 97] {
        let mut observer = model.observer(signal.sampling())?;
        let mut samples = Vec::new();
        for block in signal.samples().chunks(3 * length) {
            observer.push(block, &mut samples)?;
        }
        let found = Series::from_samples(samples, observer.sampling().clone())?;
        errors.push(largest_difference(found.values(), whole.values())?);
    }
    Ok(largest(errors))
}
