//! Fixed points and symmetries that follow from the equations by hand.

use approx::assert_relative_eq;
use brainmass_core::units::hz;
use brainmass_core::{Dual, Node};
use brainmass_nodes::{JansenRit, StuartLandau, WilsonCowan};
use proptest::prelude::*;

/// With the parameters of Wilson & Cowan (1972), figure 11, and P = 1 there is a fixed point with E = 0.02825, found
/// independently from the printed equations; here by Newton's method on the exact Jacobian. With k = 1 instead
/// of the maximum of F it would lie at 0.02869.
#[test]
fn wilson_cowan_fixed_point_of_1972() {
    let node = WilsonCowan::figure_11();
    let parameters =
        brainmass_core::Parameterized::with(&node, &mut |_, value| Dual::<f64, 2>::constant(value));
    let input = [Dual::constant(1.0), Dual::constant(0.0)];
    let mut x = [0.02, 0.01];
    for _ in 0..20 {
        let f =
            WilsonCowan::derivative(&parameters, &[Dual::variable(x[0], 0), Dual::variable(x[1], 1)], &input);
        let [[a, b], [c, d]] = [f[0].partials, f[1].partials];
        let determinant = a * d - b * c;
        x[0] -= (d * f[0].value - b * f[1].value) / determinant;
        x[1] -= (a * f[1].value - c * f[0].value) / determinant;
    }
    assert_relative_eq!(x[0], 0.02825, epsilon = 5e-6); // the printed digits
}

/// At a fixed point without input, e − i = −1.904 mV: the value the Python tutorial rests at.
#[test]
fn jansen_rit_rests_without_input() {
    let column = JansenRit::default();
    let sigmoid = |v: f64| 5.0 / (1.0 + (0.56 * (6.0 - v)).exp());
    // In mV: m = A/a·S(y), e = A/a·C2·S(C1 m), i = B/b·C4·S(C3 m), y = e − i.
    let next = |y: f64| {
        let m = 3.25 / 100.0 * sigmoid(y);
        let e = 3.25 / 100.0 * 108.0 * sigmoid(135.0 * m);
        let i = 22.0 / 50.0 * 33.75 * sigmoid(33.75 * m);
        (m, e, i)
    };
    let mut y = -1.9;
    for _ in 0..200 {
        let (_, e, i) = next(y);
        y = e - i;
    }
    let (m, e, i) = next(y);
    let state = [m * 1e-3, e * 1e-3, i * 1e-3, 0.0, 0.0, 0.0];
    let f = JansenRit::derivative(&column, &state, &[0.0; 3]);
    // Accelerations are differences of terms of some 10 V/s²: rounding leaves 1e-13 of that.
    assert!(f.iter().all(|value| value.abs() < 1e-12), "{f:?}");
    assert_relative_eq!(JansenRit::output(&column, &state)[0], -1.904e-3, epsilon = 5e-7);
}

proptest! {
    #[test]
    fn stuart_landau_turns_with_its_axes(x in -2.0..2.0_f64, y in -2.0..2.0_f64, angle in 0.0..6.3_f64) {
        let node = StuartLandau { a: hz(0.7), omega: hz(3.0), beta: hz(1.3) };
        let (sin, cos) = angle.sin_cos();
        let turn = |[x, y]: [f64; 2]| [cos * x - sin * y, sin * x + cos * y];
        let after = turn(StuartLandau::derivative(&node, &[x, y], &[0.0; 2]));
        let before = StuartLandau::derivative(&node, &turn([x, y]), &[0.0; 2]);
        for (a, b) in after.iter().zip(before) {
            assert_relative_eq!(*a, b, max_relative = 1e-12, epsilon = 1e-12);
        }
    }
}
