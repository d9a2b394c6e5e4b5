//! Distribution, independence and values of the normal numbers.

use super::*;

const REGIONS: usize = 1000;
const STEPS: usize = 1000;
const N: f64 = (REGIONS * STEPS) as f64;

/// 10⁶ numbers, a row per step.
fn sample() -> Vec<[f64; REGIONS]> {
    let stream = Stream::new(7, 3);
    let mut rows = Vec::new();
    for quad in 0..STEPS as u64 / 4 {
        let mut four = [[0.0; REGIONS]; 4];
        stream.normals_of_quad(CpuLevel::best(), quad, 0, four.each_mut().map(|row| &mut row[..]));
        rows.extend(four.map(|row| row.map(f64::from)));
    }
    rows
}

fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    sum / count
}

/// Five standard errors of the mean of as many numbers with a variance.
fn bound(variance: f64) -> f64 {
    5.0 * (variance / N).sqrt()
}

#[test]
fn normals_have_the_moments_of_normals() {
    let rows = sample();
    let moment = |power: i32| mean(rows.iter().flatten().map(|x| x.powi(power)));
    // The k-th power has variance (2k − 1)!! − (k-th moment)².
    assert!(moment(1).abs() < bound(1.0));
    assert!((moment(2) - 1.0).abs() < bound(2.0));
    assert!(moment(3).abs() < bound(15.0));
    assert!((moment(4) - 3.0).abs() < bound(96.0));
}

#[test]
fn neighbours_are_independent() {
    let rows = sample();
    // Numbers and their squares, which would tell a shared radius: (x² − 1)(y² − 1) has variance 4.
    let functions: [fn(f64) -> f64; 2] = [|x| x, |x| x * x - 1.0];
    for (f, variance) in functions.into_iter().zip([1.0, 4.0]) {
        let product = |x: &f64, y: &f64| f(*x) * f(*y);
        for lag in 1..8 {
            let steps = rows.iter().flatten().zip(rows[lag..].iter().flatten());
            assert!(mean(steps.map(|(x, y)| product(x, y))).abs() < bound(variance * 1.01), "{lag} steps");
            let regions = rows.iter().flat_map(|row| row.iter().zip(&row[lag..]));
            assert!(
                mean(regions.map(|(x, y)| product(x, y))).abs() < bound(variance * 1.01),
                "{lag} regions"
            );
        }
    }
}

/// Φ(x) = ½ + φ(x) (x + x³/3 + x⁵/(3·5) + …), a sum of terms of one sign (Marsaglia 2004, doi:10.18637/jss.v011.i04).
fn normal_distribution(x: f64) -> f64 {
    let (mut sum, mut term, mut odd) = (0.0, x, 1.0);
    while sum + term != sum {
        sum += term;
        odd += 2.0;
        term *= x * x / odd;
    }
    0.5 + sum * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
}

/// Kolmogorov and Smirnov: √n sup|Fₙ − Φ| exceeds 1.95 in one of a thousand samples of true normals.
#[test]
fn normals_have_the_distribution_of_normals() {
    let mut numbers: Vec<f64> = sample().into_iter().flatten().collect();
    numbers.sort_by(f64::total_cmp);
    let distance = numbers.iter().enumerate().fold(0.0_f64, |largest, (k, &x)| {
        let (below, expected) = (k as f64 / N, normal_distribution(x));
        largest.max((expected - below).abs()).max((expected - below - 1.0 / N).abs())
    });
    assert!(distance * N.sqrt() < 1.95, "{distance}");
}

/// The chance of a normal beyond 3 and 4 standard deviations on one side, with 16 digits from tables.
#[test]
fn tails_are_as_heavy_as_those_of_normals() {
    let rows = sample();
    for (beyond, chance) in [(3.0, 1.349_898_031_630_095e-3), (4.0, 3.167_124_183_311_992e-5)] {
        for sign in [-1.0, 1.0] {
            let found = mean(rows.iter().flatten().map(|x| f64::from(u8::from(sign * x > beyond))));
            assert!((found - chance).abs() < bound(chance), "{found} beyond {}", sign * beyond);
        }
    }
}

#[test]
fn rows_have_the_bits_of_single_numbers_at_every_level() {
    let cases = [(0, 0), (1, 5), (15, 0), (16, 3), (17, u32::MAX - 5), (80, 0), (101, 1 << 20)];
    for level in CpuLevel::available() {
        for (n, first_region) in cases {
            for quad in [0, 250, 1 << 61] {
                let stream = Stream::new(42, u32::try_from(n).unwrap());
                let mut rows = [(); 4].map(|()| vec![0.0_f32; n]);
                stream.normals_of_quad(level, quad, first_region, rows.each_mut().map(|row| &mut row[..]));
                for (step, row) in (4 * quad..).zip(&rows) {
                    for (k, &found) in (0..).zip(row) {
                        let expected = stream.normal(first_region.wrapping_add(k), step);
                        assert_eq!(f64::from(found).to_bits(), expected.to_bits(), "{level:?} {n} {k}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_longer_than_the_shortest_row_stays() {
    let mut rows = [vec![9.0; 20], vec![9.0; 30], vec![9.0; 18], vec![9.0; 40]];
    Stream::new(1, 1).normals_of_quad(CpuLevel::best(), 0, 0, rows.each_mut().map(|row| &mut row[..]));
    for row in &rows {
        assert!(row[..18].iter().all(|x| x.abs() < 6.7) && row[18..].iter().all(|&x| x == 9.0));
    }
}

/// Value stability: a change of these is a change of every simulated number. The literals come from a
/// transcription of the definition into another language, which agrees to the bit.
#[test]
fn the_numbers_of_a_seed_stay() {
    let far = Stream::new((1 << 63) + 5, 1 << 31);
    let found = [
        Stream::new(42, 0).normal(0, 0),
        Stream::new(42, 0).normal(0, 1),
        Stream::new(42, 0).normal(0, 2),
        Stream::new(42, 0).normal(0, 3),
        Stream::new(42, 0).normal(5, 123_456),
        Stream::new(42, 3).normal(79, 1_000_000_000_001),
        far.normal(u32::MAX, 7),
    ];
    let expected: [f32; 7] =
        [-0.970_189_8, 0.194_018_95, -1.235_620_9, 1.923_926_8, -0.092_543_13, 0.584_179_46, 0.662_106_5];
    assert_eq!(found, expected.map(f64::from));
}
