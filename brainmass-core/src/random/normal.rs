//! Four standard normal numbers from four random words: the transform of Box and Muller (1958), in `f32`.
//!
//! A pair of words gives `r cos φ` and `r sin φ` with `r² = −2 ln u`, `u = (first + 1)/2³²` and `φ = 2π second/2³²`.
//! Only `+ − ×`, square root and operations on bits are used, without branch or table: an array of words
//! becomes vector instructions, and any CPU gives the same bits. The polynomials interpolate as those of the
//! elementary functions do, with coefficients rounded to `f32`.

use crate::real::polynomial;

/// The four normals of a block; the largest magnitude is √(64 ln 2) = 6.66.
#[inline(always)]
pub(super) fn four_normals(words: [u32; 4]) -> [f32; 4] {
    let [first, second] = two_normals(words[0], words[1]);
    let [third, fourth] = two_normals(words[2], words[3]);
    [first, second, third, fourth]
}

#[inline(always)]
fn two_normals(first: u32, second: u32) -> [f32; 2] {
    let radius = minus_two_ln(first).sqrt();
    let [cosine, sine] = circle(second);
    [radius * cosine, radius * sine]
}

/// −2 ln((word + 1)/2³²), within 2 ulp of what `word + 1`, rounded, gives: 0 for the largest words, never below.
#[inline(always)]
#[expect(clippy::cast_possible_wrap, reason = "an exponent is small")]
fn minus_two_ln(word: u32) -> f32 {
    const ROOT_HALF: u32 = std::f32::consts::FRAC_1_SQRT_2.to_bits();
    const TO_ONE: u32 = 1.0_f32.to_bits() - ROOT_HALF;
    /// The biased exponent of 2³².
    const TOP: i32 = 127 + 32;
    // word + 1 = 2ᵉ m with m within [√½, √2).
    let raised = (word as f32 + 1.0).to_bits().wrapping_add(TO_ONE);
    let below_top = (TOP - (raised >> 23) as i32) as f32;
    let f = f32::from_bits((raised & 0x007f_ffff).wrapping_add(ROOT_HALF)) - 1.0;
    // (−2 ln(1 + f) + 2f − f²)/f³ for √½ − 1 ≤ f ≤ √2 − 1, error 2.0e-8 of the logarithm.
    let tail = polynomial!(f;
        -0.666_666_6, 0.500_006_14, -0.400_020_9, 0.332_825_63, -0.284_289_93, 0.259_963_66, -0.252_446_38,
        0.158_054_87);
    let square = f * f;
    below_top * (2.0 * std::f32::consts::LN_2) + ((square + square * f * tail) - (f + f))
}

/// Cosine and sine of 2π word/2³².
#[inline(always)]
#[expect(clippy::cast_possible_wrap, reason = "wraps on purpose")]
fn circle(word: u32) -> [f32; 2] {
    const TURN: f32 = 1.0 / (1_u64 << 32) as f32;
    // The nearest quarter turn, and what is left in quarter turns, from −½ to ½; rounded once, in the conversion.
    let quarter = word.wrapping_add(1 << 29) >> 30;
    let t = (word << 2) as i32 as f32 * TURN;
    let z = t * t;
    // sin(π/2 t)/t and (cos(π/2 t) − 1)/t² for 0 ≤ z ≤ ¼, errors 3.5e-8 of the sine, 1.3e-8 of the cosine.
    let sine = t * polynomial!(z; 1.570_796_4, -0.645_963_5, 0.079_680_22, -0.004_602_149);
    let cosine = 1.0 + z * polynomial!(z; -1.233_700_5, 0.253_669_4, -0.020_861_529, 0.000_906_739_9);
    // An odd quarter exchanges them; the cosine is negative in quarters 1 and 2, the sine in 2 and 3.
    let odd = (quarter & 1).wrapping_neg();
    let (sine, cosine) = (sine.to_bits(), cosine.to_bits());
    let swap = (sine ^ cosine) & odd;
    let sign = |q: u32| (q & 2) << 30;
    [f32::from_bits(cosine ^ swap ^ sign(quarter + 1)), f32::from_bits(sine ^ swap ^ sign(quarter))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words at both ends, around powers of two and between.
    fn words() -> impl Iterator<Item = u32> {
        let spread = (0..20_000_u32).map(|k| k.wrapping_mul(0x9E37_79B9));
        let around =
            (0..32).flat_map(|k| (0..5).map(move |offset| (1_u32 << k).wrapping_add(offset).wrapping_sub(2)));
        spread.chain(around).chain((0..2000).flat_map(|k| [k, u32::MAX - k]))
    }

    #[test]
    fn radius_is_that_of_the_logarithm() {
        for word in words() {
            let rounded = f64::from(word as f32 + 1.0);
            let exact = -2.0 * (rounded / 2f64.powi(32)).ln();
            let found = f64::from(minus_two_ln(word));
            // Measured: 1.0 ulp.
            assert!(
                (found - exact).abs() <= 1.5 * f64::from(f32::EPSILON) * exact,
                "{word}: {found}, not {exact}"
            );
            assert!(found.is_sign_positive());
        }
        assert_eq!(minus_two_ln(u32::MAX), 0.0);
        // 64 ln 2, computed with 40 digits.
        assert_eq!(minus_two_ln(0), 44.361_42);
    }

    #[test]
    fn angle_is_that_of_sine_and_cosine() {
        for word in words() {
            let (sine, cosine) = (std::f64::consts::TAU * f64::from(word) / 2f64.powi(32)).sin_cos();
            let found = circle(word).map(f64::from);
            // Measured: 1.2e-7, a polynomial of 3.5e-8 and rounding to 6e-8.
            assert!(
                (found[0] - cosine).abs() < 1.8e-7 && (found[1] - sine).abs() < 1.8e-7,
                "{word}: {found:?}"
            );
        }
        let right_angles = [0, 1 << 30, 1 << 31, 3 << 30].map(circle);
        assert_eq!(right_angles, [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]);
    }

    #[test]
    fn extreme_words_give_the_largest_normal_and_zero() {
        assert_eq!(four_normals([0, 0, u32::MAX, 1 << 30]), [6.660_437, 0.0, 0.0, 0.0]);
    }
}
