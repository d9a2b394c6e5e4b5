//! Phase oscillators, and populations whose weights act late, as networks of nodes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Meter, mm_per_ms, ms};
use brainmass_core::{Connectome, TimeSeries};
use brainmass_datasets::Npz;
use brainmass_network::{Additive, Connection, Delays, Drive, History, Integrator, Network};
use brainmass_nodes::WilsonCowan;
use common::WILSON_COWAN;
use nalgebra::DMatrix;

/// Populations without weights of their own, and four late connections of each region to itself: 6 mm at so many
/// mm/ms for what E and for what I sends.
fn late_populations(file: &Npz, [from_e, from_i]: [f64; 2]) -> Network<WilsonCowan> {
    let node = WilsonCowan { w_ee: 0.0, w_ei: 0.0, w_ie: 0.0, w_ii: 0.0, ..WilsonCowan::default() };
    let lengths = Meter::new(DMatrix::identity(3, 3) * 0.006);
    let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
    let connectome = Connectome::new(DMatrix::identity(3, 3), lengths, labels).unwrap();
    let mut network = Network::new(node, connectome);
    for (source, input, weight, speed, past) in [
        ("r_e", "e_input", 12.0, from_e, 0.1),
        ("r_i", "e_input", -13.0, from_i, 0.05),
        ("r_e", "i_input", 4.0, from_e, 0.1),
        ("r_i", "i_input", -11.0, from_i, 0.05),
    ] {
        let history = History::Given(DMatrix::from_element(3, 300, past));
        let delays = Delays::at_speed(mm_per_ms(speed)).with_history(history);
        let connection = Connection::new(source, input, Additive::new(weight));
        network = network.with_connection(connection.with_self_connections().with_delays(delays)).unwrap();
    }
    for (theirs, ours, input) in [("rE", "r_e", "e_input"), ("rI", "r_i", "i_input")] {
        let initial = file.matrix(&format!("init_{theirs}")).unwrap().as_slice().to_vec();
        let rows = file.matrix(&format!("drive_{theirs}_inp")).unwrap().transpose();
        let drive = TimeSeries::<Dimensionless>::unnamed(rows, ms(0.1), ms(0.1)).unwrap();
        network = network
            .with_initial(ours, initial)
            .and_then(|network| network.with_drive(input, Drive::series(&drive)))
            .unwrap();
    }
    network
}

/// What the reference calls the delayed Wilson–Cowan model is a node and four connections, so that `WilsonCowan` needs
/// no delays of its own. In its vectors what is delayed stays at the history for the whole run, as with delays of
/// 30 ms. 300 steps of rounding, 1e-12 of the largest value.
#[test]
fn delays_within_a_region_are_connections() {
    let file = common::reference("nodes/WilsonCowanDelayedStep.npz");
    let network = late_populations(&file, [0.2, 0.2]);
    for (name, integrator) in [
        ("euler", Integrator::Euler),
        ("exp_euler", Integrator::ExponentialEuler),
        ("rk2", Integrator::Heun),
        ("rk4", Integrator::RungeKutta4),
    ] {
        let found = common::states(&network, integrator, ms(0.1), 300, 0);
        common::compare::<WilsonCowan>(&file, &format!("traj_{name}_"), &WILSON_COWAN, &found, 1e-12);
    }
}

/// Delays of 2 ms from E and 1.5 ms from I, 20 and 15 steps, against the equations written out with their past.
#[test]
fn what_is_late_arrives() {
    let file = common::reference("nodes/WilsonCowanDelayedStep.npz");
    let found = common::states(&late_populations(&file, [3.0, 4.0]), Integrator::Euler, ms(0.1), 300, 0);
    let drive = ["rE", "rI"].map(|name| file.matrix(&format!("drive_{name}_inp")).unwrap());
    let part =
        |x: f64, a: f64, theta: f64| 1.0 / (1.0 + (-a * (x - theta)).exp()) - 1.0 / (1.0 + (a * theta).exp());
    for region in 0..3 {
        let initial =
            ["rE", "rI"].map(|name| file.matrix(&format!("init_{name}")).unwrap().as_slice()[region]);
        let mut past = vec![initial];
        for step in 0..300 {
            let [r_e, r_i] = past[step];
            let e = if step < 20 { 0.1 } else { past[step - 20][0] };
            let i = if step < 15 { 0.05 } else { past[step - 15][1] };
            let f_e = part(12.0 * e - 13.0 * i + drive[0][(step, region)], 1.2, 2.8);
            let f_i = part(4.0 * e - 11.0 * i + drive[1][(step, region)], 1.0, 4.0);
            past.push([r_e + 0.1 * (-r_e + (1.0 - r_e) * f_e), r_i + 0.1 * (-r_i + (1.0 - r_i) * f_i)]);
            for k in 0..2 {
                let error = (found[k][(region, step)] - past[step + 1][k]).abs();
                assert!(error < 1e-12, "step {step}, region {region}: {error:e}");
            }
        }
    }
}
