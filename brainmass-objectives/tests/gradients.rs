//! Gradients of objectives against differences of the cost and against dual numbers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use brainmass_core::random::Stream;
use brainmass_core::units::{SI, Second, dimension, hz, s};
use brainmass_core::{DifferentiableObjective, Dual, Objective, Real, TimeSeries, WeightedSum, conformance};
use brainmass_objectives::{
    CosineSimilarity, Detrend, FcCorrelation, FcRmse, FcdWasserstein, LaggedCorrelation, SlidingWindow,
    SpectrumDistance, SpectrumScale, TimeSeriesRmse, Welch, functional_connectivity,
};
use nalgebra::{DMatrix, dmatrix};
use num_traits::{One, Zero};

type Bold = TimeSeries<dimension::Dimensionless>;
type Slopes = Dual<f64, 24>;

const TR: Second = s(0.72);

fn noise(seed: u64, n_channels: usize, n_samples: usize) -> Bold {
    let stream = Stream::new(seed, 0);
    let value = |i, t| 3.0 + stream.normal(u32::try_from(i).unwrap(), u64::try_from(t).unwrap());
    Bold::unnamed(DMatrix::from_fn(n_channels, n_samples, value), TR, s(0.0)).unwrap()
}

fn fc(seed: u64, n_channels: usize) -> brainmass_objectives::Fc {
    functional_connectivity(&noise(seed, n_channels, 50)).unwrap()
}

#[test]
fn every_gradient_is_the_slope_of_its_cost() {
    for (n_channels, n_samples) in [(3, 8), (5, 60)] {
        let (x, data) = (noise(1, n_channels, n_samples), noise(2, n_channels, n_samples));
        let target = fc(3, n_channels);
        conformance::gradient(&TimeSeriesRmse::new(data.clone()).unwrap(), &x).unwrap();
        conformance::gradient(&CosineSimilarity::new(data.clone()).unwrap(), &x).unwrap();
        conformance::gradient(&FcCorrelation::new(target.clone()).unwrap(), &x).unwrap();
        conformance::gradient(&FcRmse::new(target.clone()).unwrap(), &x).unwrap();
        conformance::gradient(&FcRmse::new(target.clone()).unwrap().including_diagonal(), &x).unwrap();
        if n_channels > 3 {
            // Without one region, whose samples then have no slope.
            let few = |i: usize, j: usize| i > 0 && j > i;
            let correlation = FcCorrelation::new(target.clone()).unwrap().among(few).unwrap();
            conformance::gradient(&correlation, &x).unwrap();
            assert_eq!(correlation.gradient(&x).unwrap().1.row(0).amax(), 0.0);
            conformance::gradient(&FcRmse::new(target.clone()).unwrap().among(few).unwrap(), &x).unwrap();
        }
        conformance::gradient(&LaggedCorrelation::new(&data, TR * 2.0).unwrap(), &x).unwrap();
        let sum = WeightedSum::differentiable()
            .and(0.3, FcCorrelation::new(target).unwrap())
            .and_then(|sum| sum.and(2.0, TimeSeriesRmse::new(data)?))
            .unwrap();
        conformance::gradient(&sum, &x).unwrap();
    }
}

#[test]
fn spectra_have_gradients() {
    let (x, data) = (noise(1, 3, 60), noise(2, 3, 60));
    for samples in [12, 15] {
        for detrend in [Detrend::Constant, Detrend::None] {
            let welch = Welch::in_samples(samples).with_detrend(detrend);
            let target = welch.spectrum(&data).unwrap();
            // From above zero to half the sampling frequency, which 12 samples have and 15 have not.
            let decibel = SpectrumDistance::new(welch, target, hz(0.05), hz(0.7)).unwrap();
            let linear = decibel.clone().with_scale(SpectrumScale::Linear).unwrap();
            for objective in [decibel, linear] {
                conformance::gradient(&objective, &x).unwrap();
                conformance::gradient(&objective.of_mean().unwrap(), &x).unwrap();
            }
        }
    }
    let welch = Welch::in_samples(12);
    let all = SpectrumDistance::new(welch.clone(), welch.spectrum(&data).unwrap(), hz(0.0), hz(1.0)).unwrap();
    conformance::gradient(&all, &x).unwrap();
}

#[test]
fn dynamics_of_fc_have_gradients() {
    let (x, data) = (noise(1, 4, 40), noise(2, 4, 50));
    let windows = SlidingWindow::in_samples(10, 5);
    for windows in [windows.clone(), SlidingWindow::in_samples(12, 7)] {
        conformance::gradient(&FcdWasserstein::of(windows, &data).unwrap(), &x).unwrap();
    }
    // In some seeds a similarity lies so near its counterpart that the difference crosses the kink.
    let (x, data) = (noise(1, 6, 40), noise(4, 6, 50));
    let hemispheres = windows.within(vec![0, 0, 0, 1, 1, 1]);
    conformance::gradient(&FcdWasserstein::of(hemispheres, &data).unwrap(), &x).unwrap();
}

/// The kit sees a slope that is off by a ten-thousandth.
#[test]
fn a_gradient_that_is_a_little_wrong_is_caught() {
    #[derive(Debug)]
    struct Off(TimeSeriesRmse<dimension::Dimensionless>);
    impl Objective<dimension::Dimensionless> for Off {
        fn name(&self) -> String {
            "off".to_owned()
        }
        fn cost(&self, simulated: &Bold) -> brainmass_core::Result<f64> {
            self.0.cost(simulated)
        }
    }
    impl DifferentiableObjective<dimension::Dimensionless> for Off {
        fn gradient(&self, simulated: &Bold) -> brainmass_core::Result<(f64, DMatrix<f64>)> {
            let (cost, gradient) = self.0.gradient(simulated)?;
            Ok((cost, gradient * 1.0001))
        }
    }
    let objective = Off(TimeSeriesRmse::new(noise(2, 3, 20)).unwrap());
    let broken = conformance::gradient(&objective, &noise(1, 3, 20)).unwrap_err();
    assert_eq!(broken.rule, "the gradient is the slope of the cost");
}

/// Pearson correlation as it stands in textbooks.
fn pearson<T: Real>(x: &[T], y: &[T]) -> T {
    let n = T::from_f64(x.len() as f64);
    let mean = |values: &[T]| values.iter().fold(T::zero(), |sum, value| sum + *value) / n;
    let (x_mean, y_mean) = (mean(x), mean(y));
    let product = |a: &[T], a_mean: T, b: &[T], b_mean: T| {
        a.iter().zip(b).fold(T::zero(), |sum, (a, b)| sum + (*a - a_mean) * (*b - b_mean))
    };
    product(x, x_mean, y, y_mean) / (product(x, x_mean, x, x_mean) * product(y, y_mean, y, y_mean)).sqrt()
}

/// FC above the diagonal, of 3 channels × 8 samples.
fn fc_of<T: Real>(x: &[Vec<T>]) -> Vec<T> {
    vec![pearson(&x[0], &x[1]), pearson(&x[0], &x[2]), pearson(&x[1], &x[2])]
}

/// Densities of 8 samples in segments of 4 every 2, at the second frequency and the third, the last: sums
/// of cosines and sines as in the definition.
fn welch_of<T: Real>(x: &[T]) -> Vec<T> {
    let number = T::from_f64;
    let taper = [0.0, 0.5, 1.0, 0.5];
    let density = |k: usize| {
        let power = x.windows(4).step_by(2).fold(T::zero(), |sum, segment| {
            let mean = segment.iter().fold(T::zero(), |sum, x| sum + *x) / number(4.0);
            let part = |wave: fn(f64) -> f64| {
                (0..4).fold(T::zero(), |sum, t| {
                    let angle = std::f64::consts::TAU * (k * t) as f64 / 4.0;
                    sum + number(taper[t] * wave(angle)) * (segment[t] - mean)
                })
            };
            sum + part(f64::cos).square() + part(f64::sin).square()
        });
        let sides = if k == 2 { 1.0 } else { 2.0 };
        power * number(sides * 0.72 / 1.5 / 3.0)
    };
    vec![density(1), density(2)]
}

fn rmse<T: Real>(x: &[T], y: &[T]) -> T {
    let sum = x.iter().zip(y).fold(T::zero(), |sum, (x, y)| sum + (*x - *y).square());
    (sum / T::from_f64(x.len() as f64)).sqrt()
}

fn constants(values: &[f64]) -> Vec<Slopes> {
    values.iter().map(|value| Slopes::constant(*value)).collect()
}

fn rows(matrix: &DMatrix<f64>) -> Vec<Vec<f64>> {
    matrix.row_iter().map(|row| row.iter().copied().collect()).collect()
}

/// The samples as variables: sample t of channel i is number 8 i + t.
fn variables(series: &Bold) -> Vec<Vec<Slopes>> {
    let row = |(i, row): (usize, Vec<f64>)| {
        row.iter().enumerate().map(|(t, value)| Slopes::variable(*value, 8 * i + t)).collect()
    };
    rows(series.values()).into_iter().enumerate().map(row).collect()
}

fn assert_same(objective: &impl DifferentiableObjective<dimension::Dimensionless>, x: &Bold, dual: Slopes) {
    let (cost, gradient) = objective.gradient(x).unwrap();
    approx::assert_relative_eq!(cost, dual.value, max_relative = 1e-12);
    let expected = DMatrix::from_fn(3, 8, |i, t| dual.partials[8 * i + t]);
    // Two ways to sum the same terms: rounding, relative to the largest slope.
    approx::assert_abs_diff_eq!(gradient, expected, epsilon = 1e-10 * expected.amax());
}

#[test]
fn gradients_are_those_of_dual_numbers() {
    let (x, data) = (noise(1, 3, 8), noise(2, 3, 8));
    let (vars, target) = (variables(&x), fc(3, 3));
    let flat: Vec<Slopes> = vars.concat();
    let flat_data = constants(&rows(data.values()).concat());
    let upper = constants(&target.upper_triangle());
    assert_same(&TimeSeriesRmse::new(data.clone()).unwrap(), &x, rmse(&flat, &flat_data));
    assert_same(&FcRmse::new(target.clone()).unwrap(), &x, rmse(&fc_of(&vars), &upper));
    let correlation = Slopes::one() - pearson(&fc_of(&vars), &upper);
    assert_same(&FcCorrelation::new(target).unwrap(), &x, correlation);
    let product =
        |a: &[Slopes], b: &[Slopes]| a.iter().zip(b).fold(Slopes::zero(), |sum, (a, b)| sum + *a * *b);
    let (xx, yy, xy) = (product(&flat, &flat), product(&flat_data, &flat_data), product(&flat, &flat_data));
    let cosine = Slopes::one() - xy / (xx * yy).sqrt();
    assert_same(&CosineSimilarity::new(data.clone()).unwrap(), &x, cosine);
    let welch = Welch::in_samples(4);
    let distance =
        SpectrumDistance::new(welch.clone(), welch.spectrum(&data).unwrap(), hz(0.3), hz(1.0)).unwrap();
    let constant = |row: &Vec<f64>| welch_of(&constants(row));
    let target: Vec<Slopes> = rows(data.values()).iter().flat_map(constant).collect();
    let density: Vec<Slopes> = vars.iter().flat_map(|x| welch_of(x)).collect();
    let decibel = |values: Vec<Slopes>| {
        values.into_iter().map(|p| p.ln() * Slopes::constant(10.0 / 10_f64.ln())).collect::<Vec<_>>()
    };
    assert_same(&distance, &x, rmse(&decibel(density), &decibel(target)));
    let late = LaggedCorrelation::new(&data, s(0.0)).unwrap();
    let channels = vars.iter().zip(rows(data.values())).map(|(x, y)| pearson(x, &constants(&y)));
    let mean = channels.fold(Slopes::zero(), |sum, r| sum + r) / Slopes::constant(3.0);
    assert_same(&late, &x, Slopes::one() - mean);
}

/// Scaling and shifting a channel changes no correlation: its gradient has no part along the two.
#[test]
fn correlations_have_no_slope_along_scale_and_offset() {
    let x = noise(1, 5, 60);
    let (_, gradient) = FcCorrelation::new(fc(3, 5)).unwrap().gradient(&x).unwrap();
    for (slopes, samples) in gradient.row_iter().zip(x.values().row_iter()) {
        assert!(slopes.sum().abs() < 1e-14 && slopes.dot(&samples).abs() < 1e-13);
    }
}

#[test]
fn at_the_data_and_below_the_floor_slopes_are_what_the_documentation_says() {
    let data = noise(2, 3, 20);
    let zero = DMatrix::zeros(3, 20);
    assert_eq!(TimeSeriesRmse::new(data.clone()).unwrap().gradient(&data).unwrap(), (0.0, zero.clone()));
    let (cost, slopes) =
        FcRmse::new(functional_connectivity(&data).unwrap()).unwrap().gradient(&data).unwrap();
    assert_eq!((cost, slopes), (0.0, zero));
    // Below the floor the cosine is linear: y/(10 · 5).
    let series = |values| Bold::unnamed(values, TR, s(0.0)).unwrap();
    let floored =
        CosineSimilarity::new(series(dmatrix![30.0, 40.0])).unwrap().with_floor(SI::new(10.0)).unwrap();
    let (_, slopes) = floored.gradient(&series(dmatrix![3.0, 4.0])).unwrap();
    approx::assert_relative_eq!(slopes, dmatrix![-0.06, -0.08], max_relative = 1e-15);
}
