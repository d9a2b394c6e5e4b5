//! Units: wrong ones do not compile, right ones agree after conversion.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::marker::PhantomData;
use std::ops::{Add, Mul};

use brainmass::core::units::dimension::{AmpereMeter, Dimensionless, Tesla, Volt};
use brainmass::core::units::{self, DipolePerVolt, Hertz, Quantity, Second, hz, khz, ms, mv, s, uv, v};
use brainmass::core::{Objective, ObservationModel, TemporalAverage, TimeSeries};
use brainmass::forward::{ConvolutionBold, LeadField};
use brainmass::network::{Drive, Monitor, Network, Simulator};
use brainmass::nodes::JansenRit;
use brainmass::objectives::{FcCorrelation, TimeSeriesRmse};
use proptest::prelude::*;

/// Whether a type implements a trait, at compile time: the inherent constant, there only if it does, hides the
/// trait's.
macro_rules! implements {
    ($type:ty: $($bound:tt)+) => {{
        #[allow(dead_code, reason = "not looked up where the bound holds")]
        trait Fallback {
            const IMPLEMENTED: bool = false;
        }
        impl<T> Fallback for Probe<T> {}
        struct Probe<T>(PhantomData<T>);
        #[allow(dead_code, reason = "not looked up where the bound does not hold")]
        impl<T: $($bound)+> Probe<T> {
            const IMPLEMENTED: bool = true;
        }
        Probe::<$type>::IMPLEMENTED
    }};
}

type Time = Second<f64>;
type Potential = units::Volt<f64>;

/// Each line has its control: the same with the right unit.
const _: () = {
    assert!(implements!(Time: Add<Time>) && !implements!(Time: Add<Potential>));
    assert!(implements!(Time: PartialOrd<Time>) && !implements!(Time: PartialOrd<Potential>));
    assert!(implements!(Potential: Mul<DipolePerVolt, Output = units::AmpereMeter>));
    assert!(!implements!(Potential: Mul<DipolePerVolt, Output = units::Tesla>));

    // A lead field for EEG takes potentials and gives volts, not teslas; from dipoles it does not take volts.
    assert!(implements!(LeadField<Volt, Volt>: ObservationModel<Input = Volt, Output = Volt>));
    assert!(!implements!(LeadField<Volt, Volt>: ObservationModel<Input = Volt, Output = Tesla>));
    assert!(!implements!(LeadField<Volt, AmpereMeter>: ObservationModel<Input = Volt>));
    assert!(implements!(ConvolutionBold<Volt>: ObservationModel<Input = Volt, Output = Dimensionless>));
    assert!(!implements!(ConvolutionBold<Volt>: ObservationModel<Input = Tesla>));
    assert!(!implements!(TemporalAverage<Volt>: ObservationModel<Output = Tesla>));

    // A difference has a unit, a correlation has none.
    assert!(
        implements!(TimeSeriesRmse<Volt>: Objective<Volt>)
            && !implements!(TimeSeriesRmse<Volt>: Objective<Tesla>)
    );
    assert!(implements!(FcCorrelation: Objective<Volt>) && implements!(FcCorrelation: Objective<Tesla>));
};

fn potential(column: &JansenRit, drive: Hertz, dt: Second) -> TimeSeries<Volt> {
    let network = Network::single(*column).with_drive("e_input", Drive::constant(drive)).unwrap();
    let monitors = [Monitor::of("potential")];
    Simulator::new(&network, dt).unwrap().run(s(0.05), s(0.0), &monitors).unwrap().take("potential").unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The same quantity in another multiple is the same number to the rounding of one factor.
    #[test]
    fn right_units_agree_after_conversion(x in 1e-3..1e3_f64) {
        let close = |a: f64, b: f64| (a / b - 1.0).abs() < 4.0 * f64::EPSILON;
        prop_assert!(close(ms(1e3 * x).si(), s(x).si()));
        prop_assert!(close(uv(1e3 * x).si(), mv(x).si()) && close(mv(1e3 * x).si(), v(x).si()));
        prop_assert!(close(hz(1e3 * x).si(), khz(x).si()));
        prop_assert!(close((ms(x) * khz(1.0)).value_unsafe, x));
    }

    /// A model whose parameters come in other multiples is the same model: its orbit differs by the rounding of
    /// the parameters, 1e-16 each, which 500 steps of a bounded orbit amplify by less than 1e5.
    #[test]
    fn a_change_of_units_leaves_the_physics(gain in 3.0..4.0_f64, drive in 100.0..300.0_f64) {
        let in_milli = JansenRit { a_e: mv(gain), ..JansenRit::default() };
        let in_micro = JansenRit { a_e: uv(1e3 * gain), b_e: khz(0.1), v_0: v(6e-3), ..JansenRit::default() };
        let one = potential(&in_milli, hz(drive), ms(0.1));
        let other = potential(&in_micro, khz(1e-3 * drive), s(1e-4));
        let largest = one.values().amax();
        prop_assert!((one.values() - other.values()).amax() <= 1e-11 * largest);
    }
}
