//! The Balloon–Windkessel model near rest: its linear and quadratic response.

use brainmass_core::units::{Second, s};
use brainmass_core::{Dual, Node, Parameterized, Real};
use nalgebra::{Matrix4, RowVector4, Vector4};

use super::haemodynamics::Haemodynamics;
use crate::design::integrate;
use crate::hrf::Hrf;

/// The first and second Volterra kernel of the Balloon–Windkessel model around rest.
///
/// ```text
/// y(T) = ∫ h₁(t) u(T − t) dt + ∬ h₂(t₁, t₂) u(T − t₁) u(T − t₂) dt₁ dt₂ + …      u: the drive
/// h₁(t) = C φ(t),   φ(t) = e^(A t) B
/// h₂(t₁, t₂) = ½ (∫₀^min C e^(A σ) D²f(φ(t₁ − σ), φ(t₂ − σ)) dσ + D²y(φ(t₁), φ(t₂)))
/// ```
///
/// A, C, D²f and D²y are exact derivatives of the model's equations at rest, B is one in the signal. The first is a kernel
/// like any other: [`ConvolutionBold`](crate::ConvolutionBold) with it is the linearised Balloon, whose difference from the
/// full one falls with the square of the drive. The second says to which part of that square.
///
/// Flow responds by e^(−κt/2) sin(ωt)/ω with ω² = γ − κ²/4: [`FirstOrderVolterra`](crate::hrf::FirstOrderVolterra) with
/// `tau_s` = 1/κ, `tau_f` = 1/γ and a scaling of one. That kernel stops at the flow; this one goes on to BOLD.
///
/// # Example
/// ```
/// use brainmass_core::units::{hz, s};
/// use brainmass_forward::{hrf::{FirstOrderVolterra, Hrf}, Haemodynamics, VolterraKernels};
/// let kernels = VolterraKernels::of(&Haemodynamics::friston_2003());
/// let flow = FirstOrderVolterra::new(s(1.0 / 0.65), s(1.0 / 0.41), 1.0)?;
/// approx::assert_relative_eq!(kernels.flow(s(2.0)), flow.value(s(2.0)), max_relative = 1e-12);
/// // A second pulse two seconds after the first adds less than the first did.
/// assert!(kernels.first(s(4.0)) > 0.0 && kernels.second(s(4.0), s(6.0)) < 0.0);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Friston, Mechelli, Turner & Price (2000), Neuroimage 12:466, doi:10.1006/nimg.2000.0630.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "linearised Balloon")]
pub struct VolterraKernels {
    a: Matrix4<f64>,
    c: RowVector4<f64>,
    /// Second derivatives of each state's slope, and of BOLD.
    slopes: [Matrix4<f64>; 4],
    bold: Matrix4<f64>,
}

/// How long the linear response is followed: at the defaults it has fallen to 1e-6 of its peak.
const DURATION: Second = s(40.0);

impl VolterraKernels {
    /// Those of a model with these parameters.
    pub fn of(parameters: &Haemodynamics) -> Self {
        type Inner = Dual<f64, 4>;
        type Outer = Dual<Inner, 4>;
        let parameters = parameters.with(&mut |_, value| Outer::from_f64(value));
        let rest = Haemodynamics::initial();
        let state: [Outer; 4] = std::array::from_fn(|k| {
            let mut variable = Outer::constant(Inner::variable(rest[k], k));
            variable.partials[k] = Inner::constant(1.0);
            variable
        });
        let slopes = Haemodynamics::derivative(&parameters, &state, &[Outer::from_f64(0.0)]);
        let [bold] = Haemodynamics::output(&parameters, &state);
        let second = |y: &Outer| Matrix4::from_fn(|i, j| y.partials[i].partials[j]);
        Self {
            a: Matrix4::from_fn(|row, column| slopes[row].partials[column].value),
            c: RowVector4::from_fn(|_, column| bold.partials[column].value),
            slopes: slopes.each_ref().map(second),
            bold: second(&bold),
        }
    }

    /// What is left of the state after a pulse of the drive: its first column of e^(A t).
    fn state(&self, time: f64) -> Vector4<f64> {
        (self.a * time).exp().column(0).into_owned()
    }

    /// The first kernel: BOLD after a small pulse.
    pub fn first(&self, time: Second) -> f64 {
        let time = time.value_unsafe;
        if time <= 0.0 { 0.0 } else { (self.c * self.state(time))[0] }
    }

    /// The flow after a small pulse, less that at rest.
    pub fn flow(&self, time: Second) -> f64 {
        let time = time.value_unsafe;
        if time <= 0.0 { 0.0 } else { self.state(time)[1] }
    }

    /// The second kernel, symmetric: what two pulses so long ago add beyond what each adds alone.
    pub fn second(&self, first: Second, second: Second) -> f64 {
        let (first, second) = (first.value_unsafe, second.value_unsafe);
        if first <= 0.0 || second <= 0.0 {
            return 0.0;
        }
        let interaction = |sigma: f64| {
            let (x, y) = (self.state(first - sigma), self.state(second - sigma));
            let pushed = Vector4::from_fn(|k, _| (x.transpose() * self.slopes[k] * y)[0]);
            (self.c * (self.a * sigma).exp() * pushed)[0]
        };
        let dynamics = integrate(interaction, first.min(second));
        0.5 * (dynamics + (self.state(first).transpose() * self.bold * self.state(second))[0])
    }
}

impl Hrf for VolterraKernels {
    fn value(&self, time: Second) -> f64 {
        self.first(time)
    }

    fn duration(&self) -> Second {
        DURATION
    }
}
