//! What the plain engine computes with.

use brainmass_core::{Dual, Real};

use crate::coupling::ErasedCoupling;

/// A number, or a number with its derivative along a direction.
pub(crate) trait Number: Real<Mask = bool> {
    /// A number that moves.
    fn moving(value: f64, velocity: f64) -> Self;

    fn value(self) -> f64;

    /// What one source sends; `velocities` are those of the coupling's parameters.
    fn send(
        coupling: &dyn ErasedCoupling,
        region: usize,
        velocities: &[f64],
        source: Self,
        sent: &mut [Self],
    );

    /// What arrives at one target.
    fn receive(
        coupling: &dyn ErasedCoupling,
        region: usize,
        velocities: &[f64],
        arriving: (Self, &[Self], Self),
    ) -> Self;
}

impl Number for f64 {
    fn moving(value: f64, _: f64) -> Self {
        value
    }

    fn value(self) -> f64 {
        self
    }

    fn send(coupling: &dyn ErasedCoupling, region: usize, _: &[f64], source: f64, sent: &mut [f64]) {
        coupling.send(region, source, sent);
    }

    fn receive(
        coupling: &dyn ErasedCoupling,
        region: usize,
        _: &[f64],
        (target, sums, in_strength): (f64, &[f64], f64),
    ) -> f64 {
        coupling.receive(region, target, sums, in_strength)
    }
}

impl Number for Dual<f64, 1> {
    fn moving(value: f64, velocity: f64) -> Self {
        Self { value, partials: [velocity] }
    }

    fn value(self) -> f64 {
        self.value
    }

    fn send(
        coupling: &dyn ErasedCoupling,
        region: usize,
        velocities: &[f64],
        source: Self,
        sent: &mut [Self],
    ) {
        coupling.send_dual(region, velocities, source, sent);
    }

    fn receive(
        coupling: &dyn ErasedCoupling,
        region: usize,
        velocities: &[f64],
        (target, sums, in_strength): (Self, &[Self], Self),
    ) -> Self {
        coupling.receive_dual(region, velocities, target, sums, in_strength)
    }
}
