//! Kernels as functions of their parameters, over any scalar: one equation for values and for derivatives.

use brainmass_core::observation::check_scalars;
use brainmass_core::units::{Second, Unit};
use brainmass_core::{Dual, Real, Result, Scalar};

use super::Hrf;

/// A kernel with `N` parameters.
pub(super) trait Parametric<const N: usize>: Hrf + Sized + 'static {
    /// Names and units, in the order of [`parameters`](Self::parameters).
    const PARAMETERS: [(&'static str, Unit); N];

    /// Their values, in coherent SI.
    fn parameters(&self) -> [f64; N];

    /// The kernel with other values.
    fn from_parameters(values: [f64; N]) -> Result<Self>;

    /// The kernel at a time in seconds, above zero.
    fn shape<T: Real>(&self, parameters: [T; N], time: f64) -> T;
}

pub(super) fn value<const N: usize>(kernel: &impl Parametric<N>, time: Second) -> f64 {
    let time = time.value_unsafe;
    if time <= 0.0 { 0.0 } else { kernel.shape(kernel.parameters(), time) }
}

pub(super) fn slopes<const N: usize>(kernel: &impl Parametric<N>, time: Second) -> Vec<f64> {
    let (time, values) = (time.value_unsafe, kernel.parameters());
    if time <= 0.0 {
        return vec![0.0; N];
    }
    let variables = std::array::from_fn(|k| Dual::<f64, N>::variable(values[k], k));
    kernel.shape(variables, time).partials.to_vec()
}

pub(super) fn scalars<const N: usize, K: Parametric<N>>(kernel: &K) -> Vec<Scalar> {
    let named = K::PARAMETERS.into_iter().zip(kernel.parameters());
    named.map(|((name, unit), value)| Scalar::new(name, unit, value)).collect()
}

pub(super) fn with_scalars<const N: usize, K: Parametric<N>>(_: &K, values: &[f64]) -> Result<Box<dyn Hrf>> {
    check_scalars("haemodynamic response function", values, N)?;
    let mut parameters = [0.0; N];
    parameters.copy_from_slice(values);
    Ok(Box::new(K::from_parameters(parameters)?))
}

/// What [`Hrf`] asks for beside a duration, from [`Parametric`].
macro_rules! parametric {
    () => {
        fn value(&self, time: brainmass_core::units::Second) -> f64 {
            super::parametric::value(self, time)
        }

        fn scalars(&self) -> Vec<brainmass_core::Scalar> {
            super::parametric::scalars(self)
        }

        fn with_scalars(&self, values: &[f64]) -> brainmass_core::Result<Box<dyn super::Hrf>> {
            super::parametric::with_scalars(self, values)
        }

        fn slopes(&self, time: brainmass_core::units::Second) -> Vec<f64> {
            super::parametric::slopes(self, time)
        }
    };
}
pub(super) use parametric;
