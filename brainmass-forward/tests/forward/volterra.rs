//! The linearised Balloon and its second kernel: limits of the full model.

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{ms, s};
use brainmass_core::{ObservationModel, TimeSeries};
use brainmass_forward::{BalloonWindkessel, ConvolutionBold, Haemodynamics, VolterraKernels, hrf::Hrf};
use nalgebra::DMatrix;

fn balloon(parameters: Haemodynamics, drive: &[f64], period: f64) -> DMatrix<f64> {
    let source = DMatrix::from_row_slice(1, drive.len(), drive);
    let source = TimeSeries::<Dimensionless>::unnamed(source, s(period), s(period)).unwrap();
    BalloonWindkessel::new(parameters).observe(&source).unwrap().values().clone()
}

fn sets() -> [Haemodynamics; 2] {
    [Haemodynamics::friston_2003(), Haemodynamics::stephan_2007()]
}

/// The step response of the linearised model is the limit of small steps: what is left falls with the square, and a
/// quarter of it remains at half the drive.
#[test]
fn small_drives_have_the_linear_response() {
    for parameters in sets() {
        let linear = ConvolutionBold::new(VolterraKernels::of(&parameters), ms(100.0), ms(10.0));
        let error = |epsilon: f64| {
            let drive = vec![epsilon; 2500];
            let full = balloon(parameters, &drive, 0.01);
            let source = DMatrix::from_element(1, 2500, epsilon);
            let source = TimeSeries::<Dimensionless>::unnamed(source, ms(10.0), ms(10.0)).unwrap();
            let linear = linear.observe(&source).unwrap();
            let distance = |k: usize| (full[10 * k + 9] - linear.values()[k]).abs();
            (0..250).map(distance).fold(0.0, f64::max)
        };
        let errors = [0.04, 0.02, 0.01].map(error);
        for pair in errors.windows(2) {
            let ratio = pair[0] / pair[1];
            assert!((3.7..4.3).contains(&ratio), "{ratio} from {errors:?}");
        }
    }
}

/// A small pulse gives the first kernel in its odd part and the second kernel's diagonal in its even part; two pulses
/// give what lies off the diagonal.
#[test]
fn pulses_have_both_kernels() {
    for parameters in sets() {
        let kernels = VolterraKernels::of(&parameters);
        let epsilon = 0.01;
        // Pulses of a millisecond in the first and the 1501st sample, each as wide as a sample: seen from their middles.
        let response = |first: f64, second: f64| {
            let mut drive = vec![0.0; 6001];
            (drive[0], drive[1500]) = (first * 1e3, second * 1e3);
            balloon(parameters, &drive, 1e-3)
        };
        let (plus, minus) = (response(epsilon, 0.0), response(-epsilon, 0.0));
        let (later, both) = (response(0.0, epsilon), response(epsilon, epsilon));
        for sample in [1999, 2999, 4999] {
            let (first, second) = (s((sample as f64 + 0.5) * 1e-3), s((sample as f64 - 1499.5) * 1e-3));
            let odd = (plus[sample] - minus[sample]) / (2.0 * epsilon);
            let even = (plus[sample] + minus[sample]) / (2.0 * epsilon * epsilon);
            let mixed = (both[sample] - plus[sample] - later[sample]) / (2.0 * epsilon * epsilon);
            // What is left is of order ε, and a millisecond wide.
            let scale = kernels.first(s(3.0)).abs();
            approx::assert_abs_diff_eq!(odd, kernels.first(first), epsilon = 1e-3 * scale);
            approx::assert_abs_diff_eq!(even, kernels.second(first, first), epsilon = 3e-3 * scale);
            approx::assert_abs_diff_eq!(mixed, kernels.second(first, second), epsilon = 3e-2 * scale);
        }
        let (one, other) = (kernels.second(s(1.0), s(2.0)), kernels.second(s(2.0), s(1.0)));
        approx::assert_relative_eq!(one, other, max_relative = 1e-12);
        assert_eq!(
            (kernels.first(s(0.0)), kernels.second(s(-1.0), s(1.0)), kernels.value(s(-1.0))),
            (0.0, 0.0, 0.0)
        );
    }
}
