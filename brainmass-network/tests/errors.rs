//! Bad input gets a typed error with the numbers in it, when things are built.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::{Hertz, hz, mm_per_ms, ms, mv, s};
use brainmass_core::{Error, Node, Result, TemporalAverage, TimeSeries};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, History, Integrator, Monitor, Network, OrnsteinUhlenbeck,
    Simulator, WhiteNoise,
};
use brainmass_nodes::{JansenRit, Linear, StuartLandau};
use nalgebra::DMatrix;

fn message<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

fn two() -> Network<JansenRit> {
    Network::new(
        JansenRit::default(),
        common::connectome(DMatrix::from_element(2, 2, 1.0), &DMatrix::zeros(2, 2)),
    )
}

#[test]
fn building_a_network() {
    assert_eq!(
        message(two().with_parameter("a_x", mv(1.0))),
        "unknown parameter `a_x`; there are: a_e, a_i, b_e, b_i, c, a_1, a_2, a_3, a_4, nu_max, v_0, r"
    );
    assert_eq!(
        message(two().with_parameter("a_e", hz(1.0))),
        "parameter `a_e`: expected a quantity in V, found one in Hz"
    );
    assert_eq!(
        message(two().with_parameter("b_e", Hertz::new(vec![1.0, 2.0, 3.0]))),
        "parameter `b_e`: expected 1 value or 2, one per region, found 3 values"
    );
    assert_eq!(
        message(two().with_parameter("b_e", hz(0.0))),
        "parameter `b_e` of jansen_rit: 0 Hz, but it must be between 1 Hz and 10 kHz"
    );
    let negative = Network::single(JansenRit { c: -135.0, ..JansenRit::default() });
    assert!(
        message(run(&negative, 0.1, 1.0, 0.0, &[Monitor::of("e")]))
            .contains("parameter `c` of jansen_rit: -135")
    );
    assert_eq!(
        message(two().with_initial("e", mv(f64::NAN))),
        "initial value of `e`: NaN at region 0, where a finite number is due"
    );
    assert_eq!(
        message(two().with_connection(Connection::new("potential", "e_input", Additive::new(1.0)))),
        "coupling from `potential` to `e_input`: expected a quantity in Hz, found one in V"
    );
    assert_eq!(
        message(two().with_connection(Connection::new("psp", "e_input", Additive::new(1.0)))),
        "unknown variable `psp`; there are: m, e, i, m_velocity, e_velocity, i_velocity, potential, rate"
    );
    assert_eq!(
        message(two().with_connection(Connection::new("rate", "p", Additive::new(1.0)))),
        "unknown input `p`; there are: m_input, e_input, i_input"
    );
    assert!(
        message(two().with_connection(Connection::new("rate", "e_input", Diffusive::new(f64::NAN))))
            .contains("NaN")
    );
    assert_eq!(
        message(two().with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(-2.0), ms(1.0)))),
        "sigma of the noise on `e_input`: -2 Hz, but it must be zero or more"
    );
    assert!(
        message(two().with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(2.0), ms(0.0))))
            .contains("above zero")
    );
    assert!(matches!(two().with_state_noise("e", WhiteNoise::new(1.0)), Err(Error::Unit { .. })));
    assert!(message(two().with_random_initial("e", mv(1.0), mv(1.0))).contains("empty"));
}

fn run<N: Node>(
    network: &Network<N>,
    dt: f64,
    duration: f64,
    transient: f64,
    monitors: &[Monitor],
) -> Result<()> {
    Simulator::new(network, ms(dt))?.run(ms(duration), ms(transient), monitors).map(|_| ())
}

#[test]
fn starting_a_run() {
    let network = Network::new(Linear::default(), common::islands(2));
    let x = [Monitor::of("x")];
    assert_eq!(message(run(&network, 0.0, 1.0, 0.0, &x)), "dt: 0 s, but it must be above zero and finite");
    assert_eq!(
        message(run(&network, -0.1, 1.0, 0.0, &x)),
        "dt: -100 µs, but it must be above zero and finite"
    );
    assert!(message(run(&network, f64::NAN, 1.0, 0.0, &x)).contains("NaN"));
    assert!(
        message(run(&network, 0.3, 1.0, 0.0, &x))
            .starts_with("duration: 1 ms is not a multiple of dt 300 µs")
    );
    assert_eq!(
        message(run(&network, 0.1, 1.0, 2.0, &x)),
        "transient: 2 ms, but it must be shorter than the run of 1 ms"
    );
    assert!(message(run(&network, 0.1, 0.0, 0.0, &x)).starts_with("transient: 0 s"));
    assert_eq!(
        message(run(&network, 0.1, 1.0, 0.0, &[Monitor::of("v")])),
        "unknown variable `v`; there are: x"
    );
    let twice = [Monitor::of("x"), Monitor::of("x")];
    assert_eq!(message(run(&network, 0.1, 1.0, 0.0, &twice)), "monitors: `x` stands at 0 and again at 1");
    let slow = [Monitor::of("x").averaged(ms(2.0))];
    assert_eq!(
        message(run(&network, 0.1, 1.0, 0.0, &slow)),
        "monitor `x`: expected a sample between 0 s and 1 ms, found samples every 2 ms from 2 ms on"
    );
    let uneven = [Monitor::of("x").every(ms(0.25))];
    assert!(
        message(run(&network, 0.1, 1.0, 0.0, &uneven)).contains("sampling period: 250 µs is not a multiple")
    );
    let straddling = [Monitor::of("x").averaged(ms(0.4))];
    assert!(
        message(run(&network, 0.1, 2.0, 0.2, &straddling)).contains("transient: 200 µs is not a multiple")
    );
    let volts = TemporalAverage::<brainmass_core::units::dimension::Volt>::new(ms(0.2));
    let wrong = [Monitor::of("x").observed(volts).named("eeg")];
    assert_eq!(
        message(run(&network, 0.1, 1.0, 0.0, &wrong)),
        "monitor `eeg` of `x`: expected a quantity in V, found one in 1"
    );
}

#[test]
fn drives_and_delays_that_do_not_fit() {
    let drive = |n_channels, n_samples, period| {
        let values = DMatrix::zeros(n_channels, n_samples);
        let series =
            TimeSeries::<brainmass_core::units::dimension::Hertz>::unnamed(values, ms(period), ms(period));
        let network = Network::new(Linear::default(), common::islands(2));
        let network = network.with_drive("x_input", Drive::series(&series.unwrap()))?;
        run(&network, 0.1, 1.0, 0.0, &[Monitor::of("x")])
    };
    assert!(drive(2, 10, 0.1).is_ok());
    assert!(drive(1, 10, 0.1).is_ok());
    assert_eq!(
        message(drive(3, 10, 0.1)),
        "drive of `x_input`: expected 1 channel or 2, one per region, found 3 channels"
    );
    assert_eq!(
        message(drive(2, 9, 0.1)),
        "drive of `x_input`: expected 10 samples, one per step, found 9 samples"
    );
    assert!(message(drive(2, 10, 0.2)).contains("period of the drive"));

    let delayed = |delays: Delays| {
        let connectome =
            common::connectome(DMatrix::from_element(2, 2, 1.0), &DMatrix::from_element(2, 2, 0.5));
        let connection = Connection::new("x", "x_input", Additive::new(hz(1.0))).with_delays(delays);
        let network = Network::new(Linear::default(), connectome).with_connection(connection)?;
        run(&network, 0.1, 1.0, 0.0, &[Monitor::of("x")])
    };
    assert!(message(delayed(Delays::at_speed(mm_per_ms(0.0)))).contains("conduction speed: 0 m/s"));
    assert!(message(delayed(Delays::at_speed(mm_per_ms(1e-12)))).contains("longest delay"));
    assert!(delayed(Delays::constant(ms(0.0))).is_ok());
    for delay in [-1.0, f64::NAN, f64::INFINITY] {
        let message = message(delayed(Delays::constant(ms(delay))));
        assert!(message.starts_with("delay: ") && message.contains("finite and not negative"), "{message}");
    }
    let enormous = message(delayed(Delays::at_speed(mm_per_ms(2e-8))));
    assert!(
        enormous.contains("longest delay from `x` to `x_input`") && enormous.contains("2 GiB"),
        "{enormous}"
    );
    let short = History::Given(DMatrix::zeros(2, 4));
    assert_eq!(
        message(delayed(Delays::at_speed(mm_per_ms(1.0)).with_history(short))),
        "history of `x`: expected 2 regions × at least 5 steps, found 2 × 4"
    );
}

#[test]
fn a_diverging_run_names_region_variable_and_step() {
    // Without a limit to its amplitude x doubles in each step; after 512 of them x² overflows, and 0 · ∞ is NaN.
    let unlimited = StuartLandau { a: hz(1000.0), omega: hz(0.0), beta: hz(0.0) };
    let network = Network::new(unlimited, common::islands(2)).with_initial("x", vec![0.0, 1.0]).unwrap();
    let error = Simulator::new(&network, ms(1.0))
        .unwrap()
        .with_integrator(Integrator::Euler)
        .run(s(2.0), s(0.0), &[Monitor::of("x")])
        .unwrap_err();
    let Error::Diverged { step, region, variable, value, .. } = &error else { panic!("{error}") };
    assert_eq!((region.as_str(), variable.as_str()), ("1", "x"));
    assert!(*step == 513 && value.is_nan(), "{step}, {value}");
    assert!(error.to_string().contains("of region 1 became"), "{error}");
}
