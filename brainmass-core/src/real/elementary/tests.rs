//! Accuracy, symmetry and special cases of every function, in both precisions.

use proptest::prelude::*;

use crate::Real;

trait Number: Real + Into<f64> {
    const MAX: f64;
    const MIN_POSITIVE: f64;
    /// The distance between neighbouring numbers at the size of a value.
    fn spacing(value: f64) -> f64;

    /// Distance from the exact value in units in the last place; 0 if both are infinite or both are NaN.
    fn error(self, exact: f64) -> f64 {
        let (found, nearest) = (self.into(), Self::from_f64(exact).into());
        if found == nearest || (found.is_nan() && exact.is_nan()) {
            return 0.0;
        }
        (found - exact).abs() / Self::spacing(exact)
    }
}

impl Number for f64 {
    const MAX: f64 = f64::MAX;
    const MIN_POSITIVE: f64 = f64::MIN_POSITIVE;
    fn spacing(value: f64) -> f64 {
        value.abs().next_up() - value.abs()
    }
}

impl Number for f32 {
    const MAX: f64 = f32::MAX as f64;
    const MIN_POSITIVE: f64 = f32::MIN_POSITIVE as f64;
    #[expect(clippy::cast_possible_truncation, reason = "the neighbour in f32 is asked for")]
    fn spacing(value: f64) -> f64 {
        let size = value.abs() as f32;
        f64::from(size.next_up()) - f64::from(size)
    }
}

/// The standard library's functions in f64 are exact to 1 ulp of f64: nothing in f32, where 2 ulp must hold,
/// and one more in f64.
const BOUND_F64: f64 = 3.0;
const BOUND_F32: f64 = 2.0;

/// Points spread evenly over an interval, its ends included.
fn spread(low: f64, high: f64) -> impl Iterator<Item = f64> {
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let inner = (0..50_000).map(move |i| low + (high - low) * (f64::from(i) * GOLDEN).fract());
    inner.chain([low, high, low.next_up(), high.next_down()])
}

fn worst<T: Number>(
    points: impl Iterator<Item = f64>,
    ours: fn(T) -> T,
    exact: fn(f64) -> f64,
) -> (f64, f64) {
    points
        .map(|point| {
            let x = T::from_f64(point);
            (ours(x).error(exact(x.into())), x.into())
        })
        .fold((0.0, 0.0), |worst, next| if next.0 > worst.0 { next } else { worst })
}

type Interval = (f64, f64);

/// Our function and the standard library's.
type Function<T> = (fn(T) -> T, fn(f64) -> f64);

fn check_over_intervals<T: Number>(bound: f64) {
    let largest = T::MAX.ln();
    // Below, results are 0 by intent.
    let smallest = T::MIN_POSITIVE.ln() + 0.4;
    let turns = f64::from(1 << 20) * std::f64::consts::FRAC_PI_2;
    let cases: [(&str, Function<T>, &[Interval]); 6] = [
        ("exp", (T::exp, f64::exp), &[(-1.0, 1.0), (smallest, largest + 1.0)]),
        ("exp_m1", (T::exp_m1, f64::exp_m1), &[(-1e-3, 1e-3), (-2.0, 2.0), (-50.0, largest + 1.0)]),
        ("ln", (T::ln, f64::ln), &[(0.0, 0.1), (0.5, 2.0), (0.99, 1.01), (1.0, T::MAX)]),
        ("tanh", (T::tanh, f64::tanh), &[(-1e-3, 1e-3), (-1.0, 1.0), (-25.0, 25.0)]),
        ("sin", (T::sin, f64::sin), &[(-1e-3, 1e-3), (-4.0, 4.0), (-1000.0, 1000.0), (-turns, turns)]),
        ("cos", (T::cos, f64::cos), &[(-1e-3, 1e-3), (-4.0, 4.0), (-1000.0, 1000.0), (-turns, turns)]),
    ];
    for (name, (ours, exact), intervals) in cases {
        for &(low, high) in intervals {
            let (error, at) = worst(spread(low, high), ours, exact);
            assert!(error <= bound, "{name} of {at:e}: {error} ulp");
        }
    }
}

#[test]
fn agrees_with_the_standard_library() {
    check_over_intervals::<f64>(BOUND_F64);
    check_over_intervals::<f32>(BOUND_F32);
}

#[test]
fn sine_and_cosine_hold_where_they_vanish() {
    // The number nearest to each multiple of π/2: what remains is rounding of the angle alone.
    let angles = || (1..100_000).step_by(7).map(|k| f64::from(k) * std::f64::consts::FRAC_PI_2);
    for (ours, exact) in [(Real::sin as fn(f64) -> f64, f64::sin as fn(f64) -> f64), (Real::cos, f64::cos)] {
        let (error, at) = worst(angles(), ours, exact);
        assert!(error <= BOUND_F64, "{at}: {error} ulp");
    }
}

#[test]
fn powers_agree_with_the_standard_library() {
    for (base, exponent) in spread(-20.0, 20.0).zip(spread(-35.0, 35.0).skip(77)) {
        let base = base.exp();
        let error = Real::powf(base, exponent).error(base.powf(exponent));
        assert!(error <= BOUND_F64, "{base:e} to the power of {exponent}: {error} ulp");
        let (x, y) = (f32::from_f64(base), f32::from_f64(exponent / 8.0));
        let error = Real::powf(x, y).error(f64::from(x).powf(f64::from(y)));
        assert!(error <= BOUND_F32, "{x:e} to the power of {y} in f32: {error} ulp");
    }
}

#[test]
fn subnormal_numbers_are_kept() {
    let (smallest, x) = (f64::from_bits(1), 1e-310);
    assert!(Real::ln(smallest).error(-744.440_071_921_381_3) <= 2.0);
    // All but exp, which other functions wait for.
    assert_eq!((Real::exp(-708.1), Real::exp(-87.1_f32)), (0.0, 0.0));
    assert_eq!(Real::powf(2.0, -1074.0), smallest);
    for f in [Real::sin, Real::tanh, Real::exp_m1] {
        assert_eq!(f(x), x);
    }
    assert!(Real::ln(f32::from_bits(1)).error(-103.278_929_903_431_85) <= 2.0);
}

proptest! {
    #[test]
    fn odd_and_even(x in -1e6..1e6_f64) {
        prop_assert_eq!(Real::sin(-x), -Real::sin(x));
        prop_assert_eq!(Real::tanh(-x), -Real::tanh(x));
        prop_assert_eq!(Real::cos(-x), Real::cos(x));
        prop_assert!(Real::sin(x).abs() <= 1.0 && Real::cos(x).abs() <= 1.0 && Real::tanh(x).abs() <= 1.0);
    }

    /// Within 2 ulp a function may step back by its error, no further.
    #[test]
    fn monotonic(x in -30.0..30.0_f64, step in 0.0..1e-10_f64) {
        let y = x + step;
        for f in [Real::exp, Real::exp_m1, Real::tanh, |x: f64| Real::ln(x.abs().max(1e-3) * x.signum() + 31.0)] {
            let (low, high) = (f(x), f(y));
            prop_assert!(high >= low - 2.0 * f64::spacing(low), "{} {}", x, y);
        }
    }

    #[test]
    fn angles_too_large_to_mean_anything_stay_bounded(x in 1e6..f64::MAX) {
        prop_assert!(Real::sin(x).abs() <= 1.0 && Real::cos(x).abs() <= 1.0);
    }
}

#[test]
fn beyond_their_range_angles_lose_the_accuracy_of_their_own_spacing() {
    for x in spread(2e6, 3.5e13) {
        let allowed = f64::spacing(x) + 4.0 * f64::EPSILON;
        assert!(
            (Real::sin(x) - x.sin()).abs() <= allowed && (Real::cos(x) - x.cos()).abs() <= allowed,
            "{x}"
        );
    }
    assert_eq!((Real::sin(1e300), Real::cos(1e300)), (0.0, 1.0));
}

fn check_special_cases<T: Number>() {
    let number = T::from_f64;
    let (infinity, nan) = (number(f64::INFINITY), number(f64::NAN));
    let functions: [Function<T>; 8] = [
        (T::exp, f64::exp),
        (T::exp_m1, f64::exp_m1),
        (T::ln, f64::ln),
        (T::sin, f64::sin),
        (T::cos, f64::cos),
        (T::tanh, f64::tanh),
        (T::sqrt, f64::sqrt),
        (T::abs, f64::abs),
    ];
    let specials = [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    for (ours, exact) in functions {
        for x in specials {
            let (found, expected) = (ours(number(x)), exact(x));
            assert!(found.error(expected) <= 1.0, "{x}: {found:?}, not {expected}");
            assert!(expected.is_nan() || found.into().is_sign_negative() == expected.is_sign_negative());
        }
    }
    assert_eq!((number(1e4).exp(), number(-1e4).exp()), (infinity, T::zero()));
    assert_eq!((number(1e4).exp_m1(), number(-1e4).exp_m1()), (infinity, -T::one()));
    let exponents = [0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 1e4, -1e4];
    for x in specials.into_iter().chain([0.5, -0.5, 2.0, -2.0]) {
        for y in specials.into_iter().chain(exponents) {
            let (found, expected) = (number(x).powf(number(y)), x.powf(y));
            assert!(found.error(expected) <= 1.0, "{x} to the power of {y}: {found:?}, not {expected}");
            assert!(expected.is_nan() || found.into().is_sign_negative() == expected.is_sign_negative());
        }
    }
    assert_eq!(nan.powf(T::zero()), T::one());
}

#[test]
fn special_cases_are_those_of_ieee_754() {
    check_special_cases::<f64>();
    check_special_cases::<f32>();
}

/// A function in f64, the same in f32, an argument that both hold exactly, the correctly rounded value.
type Row = (fn(f64) -> f64, fn(f32) -> f32, f64, f64);

/// Computed with 60 digits.
#[rustfmt::skip]
const VALUES: [Row; 47] = [
    (Real::exp, Real::exp, -80.25, 1.405_619_674_181_521_1e-35),
    (Real::exp, Real::exp, -20.5, 1.250_152_866_386_742_6e-9),
    (Real::exp, Real::exp, -1.0, 0.367_879_441_171_442_33),
    (Real::exp, Real::exp, -0.343_75, 0.709_106_182_437_398_4),
    (Real::exp, Real::exp, 1.25, 3.490_342_957_461_841_4),
    (Real::exp, Real::exp, 0.125, 1.133_148_453_066_826_3),
    (Real::exp, Real::exp, 3.75, 42.521_082_000_062_78),
    (Real::exp, Real::exp, 50.5, 8.548_134_287_298_057e21),
    (Real::exp, Real::exp, 88.5, 2.723_087_825_068_111_7e38),
    (Real::exp_m1, Real::exp_m1, -15.5, -0.999_999_814_460_863_7),
    (Real::exp_m1, Real::exp_m1, -0.375, -0.312_710_721_209_027_8),
    (Real::exp_m1, Real::exp_m1, -0.000_976_562_5, -0.000_976_085_818_024_337_7),
    (Real::exp_m1, Real::exp_m1, 0.0625, 0.064_494_458_917_859_43),
    (Real::exp_m1, Real::exp_m1, 0.343_75, 0.410_226_034_925_710_7),
    (Real::exp_m1, Real::exp_m1, 1.5, 3.481_689_070_338_065),
    (Real::exp_m1, Real::exp_m1, 80.25, 7.114_299_965_830_304e34),
    (Real::ln, Real::ln, 1.175_494_350_822_287_5e-38, -87.336_544_750_553_1),
    (Real::ln, Real::ln, 0.000_122_070_312_5, -9.010_913_347_279_288),
    (Real::ln, Real::ln, 0.703_125, -0.352_220_593_589_352_1),
    (Real::ln, Real::ln, 0.992_187_5, -0.007_843_177_461_025_893),
    (Real::ln, Real::ln, 1.007_812_5, 0.007_782_140_442_054_949),
    (Real::ln, Real::ln, 1.414_062_5, 0.346_466_767_346_208_57),
    (Real::ln, Real::ln, 12.0, 2.484_906_649_788_000_4),
    (Real::ln, Real::ln, 10_000_000_000.0, 23.025_850_929_940_457),
    (Real::sin, Real::sin, 0.031_25, 0.031_244_913_985_326_08),
    (Real::sin, Real::sin, 0.781_25, 0.704_167_511_454_533_7),
    (Real::sin, Real::sin, 1.570_312_5, 0.999_999_882_955_818_5),
    (Real::sin, Real::sin, 3.140_625, 0.000_967_653_438_782_279_5),
    (Real::sin, Real::sin, -7.25, -0.823_080_879_011_505_5),
    (Real::sin, Real::sin, 355.0, -3.014_435_335_948_845e-5),
    (Real::sin, Real::sin, 1000.5, 0.995_273_957_105_213_5),
    (Real::sin, Real::sin, 1_000_000.0, -0.349_993_502_171_292_94),
    (Real::cos, Real::cos, 0.031_25, 0.999_511_758_485_136_4),
    (Real::cos, Real::cos, 0.781_25, 0.710_033_883_566_079_7),
    (Real::cos, Real::cos, 1.570_312_5, 0.000_483_826_776_020_248_7),
    (Real::cos, Real::cos, 4.710_937_5, -0.001_451_479_875_027_901),
    (Real::cos, Real::cos, -7.25, 0.567_924_173_288_694_8),
    (Real::cos, Real::cos, 355.0, -0.999_999_999_545_659),
    (Real::cos, Real::cos, 1000.5, 0.097_106_901_444_385_26),
    (Real::cos, Real::cos, 1_000_000.0, 0.936_752_127_533_144_7),
    (Real::tanh, Real::tanh, 0.007_812_5, 0.007_812_341_058_161_014),
    (Real::tanh, Real::tanh, 0.25, 0.244_918_662_403_709_13),
    (Real::tanh, Real::tanh, 0.546_875, 0.498_174_426_229_455_07),
    (Real::tanh, Real::tanh, -0.5625, -0.509_829_973_735_256_6),
    (Real::tanh, Real::tanh, 1.5, 0.905_148_253_644_866_4),
    (Real::tanh, Real::tanh, -4.0, -0.999_329_299_739_067),
    (Real::tanh, Real::tanh, 8.75, 0.999_999_949_780_018_2),
];

/// Base, exponent and the correctly rounded power, computed with 60 digits.
const POWERS: [(f64, f64, f64); 7] = [
    (3.0, 0.5, 1.732_050_807_568_877_2),
    (0.75, 100.5, 2.777_518_567_613_351e-13),
    (1.000_976_562_5, 50_000.0, 1.568_330_534_690_09e21),
    (10.0, -30.25, 5.623_413_251_903_491e-31),
    (0.007_812_5, -17.5, 7.519_249_036_500_141e36),
    (1.5, 2.25, 2.490_034_319_325_723_7),
    (33.0, 25.0, 9.180_122_932_497_34e37),
];

#[test]
fn agrees_with_values_of_many_digits() {
    for (f, g, x, value) in VALUES {
        assert!(f(x).error(value) <= 2.0, "{x}: {} ulp", f(x).error(value));
        let narrow = f32::from_f64(x);
        assert!(g(narrow).error(value) <= 2.0, "{x} in f32: {} ulp", g(narrow).error(value));
    }
    for (x, y, value) in POWERS {
        assert!(Real::powf(x, y).error(value) <= 2.0);
        assert!(Real::powf(f32::from_f64(x), f32::from_f64(y)).error(value) <= 2.0);
    }
}
