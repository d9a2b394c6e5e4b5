//! Broken couplings.

use std::sync::atomic::{AtomicU32, Ordering};

use super::broken;
use crate::conformance;
use crate::units::Unit;
use crate::{Coupling, Parameter, Parameterized, Real, Result};

const G: Parameter = Parameter {
    name: "g",
    unit: Unit::DIMENSIONLESS,
    default: 1.0,
    range: (0.0, 10.0),
    description: "Strength.",
};

/// An additive coupling of one parameter with what is given instead.
macro_rules! coupling {
    ($Coupling:ident, index $index:literal, parameter $parameter:expr, sent $sent:literal of $said:literal,
     receive |$target:ident, $sum:ident, $strength:ident| $arrives:expr) => {
        #[derive(Clone, Debug)]
        struct $Coupling;

        impl Parameterized for $Coupling {
            type With<T: Real> = T;
            const PARAMETERS: &'static [Parameter] = &[$parameter];
            fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> T {
                source($index, 1.0)
            }
        }

        impl Coupling for $Coupling {
            type Sent<T: Real> = [T; $sent];
            const NAME: &'static str = stringify!($Coupling);
            const N_SENT: usize = $said;
            fn send<T: Real>(_: &T, source: T) -> [T; $sent] {
                [source; $sent]
            }
            fn receive<T: Real>(_: &T, $target: T, sums: &[T; $sent], $strength: T) -> T {
                let $sum = sums[0];
                $arrives
            }
            fn arriving_unit(&self, source: Unit) -> Result<Unit> {
                Ok(source)
            }
        }
    };
}

coupling!(Sound, index 0, parameter G, sent 1 of 1, receive |target, sum, strength| sum - strength * target);
coupling!(Misplaced, index 1, parameter G, sent 1 of 1, receive |_target, sum, _strength| sum);
coupling!(Mute, index 0, parameter Parameter { description: "", ..G }, sent 1 of 1, receive |_target, sum, _strength| sum);
coupling!(Generous, index 0, parameter G, sent 3 of 3, receive |_target, sum, _strength| sum);
coupling!(Miscounted, index 0, parameter G, sent 2 of 1, receive |_target, sum, _strength| sum);
coupling!(Infinite, index 0, parameter G, sent 1 of 1, receive |_target, sum, strength| sum / (strength * T::zero()));
coupling!(Impure, index 0, parameter G, sent 1 of 1, receive |_target, sum, _strength| sum + counted());

fn counted<T: Real>() -> T {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    T::from_f64(f64::from(CALLS.fetch_add(1, Ordering::Relaxed)))
}

#[test]
fn broken_couplings_are_named() {
    assert_eq!(conformance::coupling(&Sound), Ok(()));
    let rule = "`with` visits every parameter once, in order";
    assert_eq!(broken(conformance::coupling(&Misplaced)), rule);
    assert_eq!(broken(conformance::coupling(&Mute)), "everything is described");
    assert_eq!(broken(conformance::coupling(&Generous)), "a source sends one number or two");
    assert_eq!(broken(conformance::coupling(&Miscounted)), "`send` gives N_SENT numbers");
    assert_eq!(broken(conformance::coupling(&Infinite)), "what is sent and received is finite");
    let rule = "`send` and `receive` are functions of their arguments";
    assert_eq!(broken(conformance::coupling(&Impure)), rule);
}
