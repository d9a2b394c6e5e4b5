//! The reference library's tutorial on forward models: one run with its noise and delay history.

use std::ops::Sub;

use brainmass_core::units::dimension::{AmpereMeter, Dimensionless, Hertz, Squared, Tesla, Volt};
use brainmass_core::units::{Dimension, SI, hz, mm_per_ms, ms, nanoampere_meter_per_mv, s};
use brainmass_core::{ObservationModel, TimeSeries};
use brainmass_datasets::Npz;
use brainmass_forward::hrf::Gamma;
use brainmass_forward::{ConvolutionBold, Edges, Haemodynamics, LeadField, Method, numbered};
use brainmass_network::{
    Connection, Delays, Diffusive, Drive, History, Integrator, Network, Rounding, Simulator,
};
use brainmass_nodes::{JansenRit, WilsonCowan};
use brainmass_objectives::{functional_connectivity, matrix_correlation};
use nalgebra::DMatrix;

use super::case::{Case, Check, Difference};
use super::tools::{
    REFERENCE, compare_steps, integer, islands, labelled, largest_difference, numbers, record, reference,
    states,
};
use super::trajectories::{WILSON_COWAN, drive};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "rates",
        what: "r_e and r_i of eight regions over 6000 steps, relative to the largest value",
        source: REFERENCE,
        tolerance: 1e-10,
        why: "6000 steps of rounding in a network that forgets within some ten of them",
        check: Check::Alone(rates),
    },
    Case {
        name: "bold",
        what: "the tutorial's 7 BOLD samples by convolution, relative to the largest",
        source: REFERENCE,
        tolerance: 1e-10,
        why: "sums of 275 terms of the rates",
        check: Check::Alone(|| {
            largest_difference(bold()?.values(), &replay()?.matrix("bold_conv")?.transpose())
        }),
    },
    Case {
        name: "score",
        what: "FC of that BOLD correlated with the empirical FC; the notebook correlates it with the FC \
               of the FC",
        source: REFERENCE,
        tolerance: 1e-8,
        why: "the FC is 0.9999 throughout, so that correlating it magnifies rounding by 1e4 twice",
        check: Check::Difference(score),
    },
    Case {
        name: "balloon",
        what: "Balloon BOLD of these rates, from the tutorial's start and in its steps of 10 ms, relative \
               to the largest",
        source: REFERENCE,
        tolerance: 1e-10,
        why: "5500 stable steps of rounding of the rates and of the four states",
        check: Check::Difference(balloon),
    },
    Case {
        name: "sources",
        what: "Jansen–Rit potential without input over 400 ms, relative to the largest",
        source: REFERENCE,
        tolerance: 1e-10,
        why: "4000 steps of rounding on the way to a stable fixed point",
        check: Check::Alone(|| {
            let millivolts = stored(&sources()?) * 1e3;
            largest_difference(&millivolts, &replay()?.matrix("jr_source")?.transpose())
        }),
    },
    Case {
        name: "eeg",
        what: "EEG of these sources, relative to the largest",
        source: REFERENCE,
        tolerance: 1e-10,
        why: "as the sources",
        check: Check::Alone(|| through::<Volt>("L_eeg", "eeg")),
    },
    Case {
        name: "meg",
        what: "MEG of these sources, relative to the largest",
        source: REFERENCE,
        tolerance: 1e-10,
        why: "as the sources",
        check: Check::Alone(|| through::<Tesla>("L_meg", "meg")),
    },
];

fn replay() -> Result<Npz> {
    reference("tutorial/replay")
}

/// The run, regions × steps of `r_e` and `r_i`: its noise as a drive, the reference's delay rule and buffer.
fn run() -> Result<Vec<DMatrix<f64>>> {
    let (vectors, data) = (replay()?, reference("datasets/example_connectome")?);
    let connectome = labelled(data.matrix("weights")?, &data.matrix("distances")?)?;
    let history = History::BufferWithTimeZero(vectors.matrix("history")?.transpose());
    let delays = Delays::at_speed(mm_per_ms(10.0)).with_rounding(Rounding::Up).with_history(history);
    let network = Network::new(WilsonCowan::default(), connectome)
        .with_connection(Connection::new("r_e", "e_input", Diffusive::new(0.5)).with_delays(delays))?
        .with_drive("e_input", drive::<Dimensionless>(&vectors.matrix("ou_noise")?, 1.0, ms(1.0))?)?;
    states(&network, Integrator::ExponentialEuler, ms(1.0), 6000, 0)
}

fn rates() -> Result<f64> {
    compare_steps::<WilsonCowan>(&replay()?, "", &WILSON_COWAN, &run()?)
}

/// `r_e` after 500 ms.
fn activity() -> Result<TimeSeries<Dimensionless>> {
    Ok(TimeSeries::unnamed(run()?.swap_remove(0), ms(1.0), ms(1.0))?.after(ms(500.0))?)
}

fn bold() -> Result<TimeSeries<Dimensionless>> {
    let model = ConvolutionBold::new(Gamma::default(), ms(720.0), ms(20.0)).with_reference_scaling(5.6, 0.02);
    // Without a history the reference scaling puts silence before the signal, and no sample is cut off.
    Ok(model.convolve(&activity()?, Edges::Valid, Method::Direct)?)
}

fn score() -> Result<Difference> {
    let vectors = replay()?;
    let fc = functional_connectivity(&bold()?)?;
    let found = matrix_correlation(fc.matrix(), &vectors.matrix("fc_empirical")?)?;
    let distance = |name: &str| -> Result<f64> { Ok((found - numbers(&vectors, name)?[0]).abs()) };
    Ok(Difference { from_right: distance("score_correct")?, from_wrong: distance("score_notebook")? })
}

/// The haemodynamics as a network of islands, so that they may start at s = 1 as in the tutorial.
fn balloon() -> Result<Difference> {
    let (vectors, dt) = (replay()?, ms(10.0));
    let drive = TimeSeries::<Squared<Hertz>>::unnamed(activity()?.values().clone(), dt, dt)?;
    let network = Network::new(Haemodynamics::friston_2003(), islands(8)?)
        .with_initial("s", hz(1.0))?
        .with_drive("drive", Drive::series(&drive))?;
    let simulator = Simulator::new(&network, dt)?.with_integrator(Integrator::Heun);
    let bold = record(&simulator, s(55.0), s(0.0), &["bold"])?.swap_remove(0);
    let rows: Vec<usize> = vectors.matrix("balloon_rows")?.iter().map(|row| integer(*row)).collect();
    let found = bold.select_columns(&rows);
    let distance = |name: &str| largest_difference(&found, &vectors.matrix(name)?.transpose());
    Ok(Difference {
        from_right: distance("balloon_friston2003")?,
        from_wrong: distance("balloon_brainmass_WRONG")?,
    })
}

/// The potentials of four columns from 100 to 400 ms.
fn sources() -> Result<TimeSeries<Volt>> {
    let network = Network::new(JansenRit::default(), islands(4)?);
    let simulator = Simulator::new(&network, ms(0.1))?.with_integrator(Integrator::ExponentialEuler);
    let potential = record(&simulator, ms(400.0), ms(100.0), &["potential"])?.swap_remove(0);
    Ok(TimeSeries::unnamed(potential, ms(0.1), ms(100.1))?)
}

/// Every tenth sample from the fifth on: those that the file stores.
fn stored<U: Dimension>(series: &TimeSeries<U>) -> DMatrix<f64> {
    let kept: Vec<usize> = (4..series.n_samples()).step_by(10).collect();
    series.values().select_columns(&kept)
}

fn through<U: Dimension + Sub<AmpereMeter>>(gain: &str, expected: &str) -> Result<f64> {
    let vectors = replay()?;
    // V/(nA·m) and T/(nA·m).
    let gain = vectors.matrix(gain)?.transpose() * 1e9;
    let field = LeadField::<U, AmpereMeter>::new(SI::new(gain), numbered(6), numbered(4))?;
    let recorded = field.of_potentials(nanoampere_meter_per_mv(1.0))?.observe(&sources()?)?;
    largest_difference(&stored(&recorded), &vectors.matrix(expected)?.transpose())
}
