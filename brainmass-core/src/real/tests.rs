//! Dual numbers of lanes.

use proptest::prelude::*;

use super::{Array, Dual, Lanes, Real};

type One = Dual<f64, 1>;
type Many = Dual<Lanes<f64, 16>, 1>;

/// NaN for NaN, else the same bits.
fn same(a: f64, b: f64) -> bool {
    (a.is_nan() && b.is_nan()) || a.to_bits() == b.to_bits()
}

/// Every function of [`Real`] and every operator, of two numbers.
fn all<T: Real>(x: T, y: T) -> [T; 25] {
    let select = T::select(x.less_than(y), x, -y);
    let mut assigned = x;
    assigned += y;
    assigned *= x;
    assigned -= y;
    [
        x + y,
        x - y,
        x * y,
        x / y,
        -x,
        x.exp(),
        x.exp_m1(),
        x.ln(),
        x.sqrt(),
        x.sin(),
        x.cos(),
        x.tanh(),
        x.powf(y),
        x.powf(T::from_f64(2.5)),
        x.abs(),
        x.max(y),
        x.min(y),
        x.clamp(-1.0, 2.0),
        x.square(),
        x.recip(),
        x.sigmoid(),
        x.exp_ratio(),
        T::from_f64(1.5).powf(y),
        select,
        assigned,
    ]
}

fn check(numbers: &[f64]) {
    let at = |k: usize| numbers[k % numbers.len()];
    for start in 0..numbers.len() {
        // A slope of y that is 0 in some lanes, so that a power is constant in some and not in others.
        let x = |lane: usize| One { value: at(start + lane), partials: [at(5 * start + 3 * lane)] };
        let y = |lane: usize| One { value: at(7 * lane), partials: [(lane % 3) as f64 * at(lane)] };
        let lanes = |one: &dyn Fn(usize) -> One| Many {
            value: Lanes::<f64, 16>(<[f64; 16]>::from_fn(|lane| one(lane).value)),
            partials: [Lanes(<[f64; 16]>::from_fn(|lane| one(lane).partials[0]))],
        };
        let found = all(lanes(&x), lanes(&y));
        for lane in 0..16 {
            for (k, (many, one)) in found.iter().zip(all(x(lane), y(lane))).enumerate() {
                assert!(same(many.value.0[lane], one.value), "value {k} of {:?}", x(lane));
                assert!(
                    same(many.partials[0].0[lane], one.partials[0]),
                    "slope {k} of {:?} and {:?}",
                    x(lane),
                    y(lane)
                );
            }
        }
    }
}

#[test]
fn duals_of_lanes_have_the_bits_of_duals_at_special_numbers() {
    check(&[
        0.0,
        1.0,
        -1.0,
        0.5,
        -0.0,
        1e-310,
        709.5,
        -800.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        2.0,
    ]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn duals_of_lanes_have_the_bits_of_duals(
        usual in prop::collection::vec(-30.0..30.0_f64, 16),
        any in prop::collection::vec(any::<f64>(), 8),
    ) {
        check(&[usual, any].concat());
    }
}
