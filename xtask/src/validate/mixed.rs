//! Networks of several kinds of nodes, against linear algebra and against networks of one kind.

use brainmass_core::Connectome;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Second, hz, mm_per_ms, ms, s};
use brainmass_network::{
    Additive, Connection, Delays, Drive, Integrator, MixedNetwork, Monitor, Network, OrnsteinUhlenbeck,
    Simulator,
};
use brainmass_nodes::{Linear, WilsonCowan};
use nalgebra::{DMatrix, DVector};

use super::case::{Case, Check};
use super::tools::{labelled, largest, record};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "linear-steady-state",
        what: "where two linear populations with delays come to rest, distance from the solution of the linear \
               equations, by every integrator",
        source: "0 = γ x + g W x + drive, by elimination",
        tolerance: 1e-13,
        why: "a resting state is one of each integrator; of the way there e⁻⁴⁰ is left, so rounding decides",
        check: Check::Alone(steady_state),
    },
    Case {
        name: "one-kind",
        what: "4000 steps of two populations of the same nodes with delays and noise, distance from the network made \
               at once relative to its largest value",
        source: "the same network of one kind",
        tolerance: 1e-12,
        why: "each connection makes its own sum, so sums of seven terms are rounded otherwise, by 1e-16 a step",
        check: Check::Alone(one_kind),
    },
];

const REGIONS: usize = 7;
/// The populations interleave, and the second is in another order than the connectome.
const CORTEX: [usize; 4] = [0, 2, 4, 6];
const THALAMUS: [usize; 3] = [5, 3, 1];
/// Of cortex and thalamus, in hertz.
const DECAY: [f64; 2] = [-10.0, -20.0];
const DRIVE: [f64; 2] = [5.0, 2.0];
/// To cortex, to thalamus; from cortex, from thalamus.
const GAIN: [[f64; 2]; 2] = [[1.0, 2.0], [-1.5, 0.5]];

fn connectome() -> Result<Connectome> {
    let weight = |i, j| if i == j { 0.0 } else { ((3 * i + 5 * j) % 7) as f64 / 30.0 };
    let length = |i, j| ((7 * i + 5 * j) % 11) as f64;
    labelled(DMatrix::from_fn(REGIONS, REGIONS, weight), &DMatrix::from_fn(REGIONS, REGIONS, length))
}

fn labels(regions: &[usize]) -> Vec<String> {
    regions.iter().map(|region| format!("R{region}")).collect()
}

/// Up to 10 ms.
fn late(connection: Connection) -> Connection {
    connection.with_delays(Delays::at_speed(mm_per_ms(1.0)))
}

fn steady_state() -> Result<f64> {
    let connectome = connectome()?;
    let kind = |region: usize| region % 2;
    let entry = |i: usize, j: usize| {
        let decay = if i == j { DECAY[kind(i)] } else { 0.0 };
        decay + GAIN[kind(i)][kind(j)] * connectome.weights()[(i, j)]
    };
    let system = DMatrix::from_fn(REGIONS, REGIONS, entry);
    let drive = DVector::from_fn(REGIONS, |region, _| -DRIVE[kind(region)]);
    let expected = system.lu().solve(&drive).ok_or("the linear equations have no solution")?;
    let network = linear(connectome)?;
    let dt = ms(1.0);
    let error = |integrator| -> Result<f64> {
        let simulator = Simulator::mixed(&network, dt)?.with_integrator(integrator);
        let found = last(&simulator, s(5.0), dt)?;
        Ok(largest((0..REGIONS).map(|region| (found[region] - expected[region]).abs())))
    };
    Ok(largest(Integrator::ALL.into_iter().map(error).collect::<Result<Vec<f64>>>()?))
}

fn linear(connectome: Connectome) -> Result<MixedNetwork> {
    let connection =
        |source: &str, input: &str, gain: f64| late(Connection::new(source, input, Additive::new(hz(gain))));
    let population = |kind: usize| {
        move |network: Network<Linear>| {
            network.with_drive("x_input", Drive::constant(hz(DRIVE[kind])))?.with_connection(connection(
                "x",
                "x_input",
                GAIN[kind][kind],
            ))
        }
    };
    Ok(MixedNetwork::new(connectome)
        .with_population("cortex", labels(&CORTEX), Linear { gamma: hz(DECAY[0]) }, population(0))?
        .with_population("thalamus", labels(&THALAMUS), Linear { gamma: hz(DECAY[1]) }, population(1))?
        .with_connection(connection("thalamus.x", "cortex.x_input", GAIN[0][1]))?
        .with_connection(connection("cortex.x", "thalamus.x_input", GAIN[1][0]))?)
}

/// The last state of every region, in the order of the connectome.
fn last(simulator: &Simulator<'_, MixedNetwork>, duration: Second, dt: Second) -> Result<Vec<f64>> {
    let monitors = ["cortex.x", "thalamus.x"].map(Monitor::of);
    let mut recording = simulator.run(duration, duration - dt, &monitors)?;
    let mut found = vec![f64::NAN; REGIONS];
    for (name, regions) in [("cortex.x", CORTEX.as_slice()), ("thalamus.x", &THALAMUS)] {
        let series = recording.take::<Dimensionless>(name)?;
        regions.iter().zip(series.values().iter()).for_each(|(region, value)| found[*region] = *value);
    }
    Ok(found)
}

fn one_kind() -> Result<f64> {
    let (dt, duration) = (ms(0.1), ms(400.0));
    let connection = |source: &str, input: &str| late(Connection::new(source, input, Additive::new(0.3)));
    let describe = |network: Network<WilsonCowan>| {
        network
            .with_drive("e_input", Drive::constant(1.5))?
            .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.1, ms(5.0)))?
            .with_connection(connection("r_e", "e_input"))
    };
    let whole = describe(Network::new(WilsonCowan::default(), connectome()?))?;
    let mixed = MixedNetwork::new(connectome()?)
        .with_population("cortex", labels(&CORTEX), WilsonCowan::default(), describe)?
        .with_population("thalamus", labels(&THALAMUS), WilsonCowan::default(), describe)?
        .with_connection(connection("thalamus.r_e", "cortex.e_input"))?
        .with_connection(connection("cortex.r_e", "thalamus.e_input"))?;
    let expected = record(&Simulator::new(&whole, dt)?.with_seed(3), duration, s(0.0), &["r_e"])?;
    let monitors = ["cortex.r_e", "thalamus.r_e"].map(Monitor::of);
    let mut found = Simulator::mixed(&mixed, dt)?.with_seed(3).run(duration, s(0.0), &monitors)?;
    let mut errors = Vec::new();
    for (name, regions) in [("cortex.r_e", CORTEX.as_slice()), ("thalamus.r_e", &THALAMUS)] {
        let series = found.take::<Dimensionless>(name)?;
        let distance = series.values() - expected[0].select_rows(regions);
        errors.push(distance.amax() / expected[0].amax());
    }
    Ok(largest(errors))
}
