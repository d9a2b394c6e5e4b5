//! The macro that writes everything about a node but its equations.

/// Declares a node: its parameters, variables and equations, each once.
///
/// In the bodies every parameter, state variable and input is in scope by its name as a plain number of
/// scalar `T` in coherent SI. `derivative` gives dx/dt as an array in the order of the states, per second.
/// Write constants as `T::from_f64(0.5)`, helpers as `#[inline(always)]` functions beside the macro, and
/// branches with [`Real::select`](crate::Real::select); closures inside the body cost speed.
///
/// Units are the types of [`units`](crate::units): `Second`, `Hertz`, `Volt`, or `Number` for none. A state
/// may have a domain (`= initial, lower => upper`), kept by clamping after each step.
///
/// Equations with loops in them, such as a long series, say so after the summary, `"A series.", loops;`
/// ([`Node::LOOPS`](crate::Node::LOOPS)).
///
/// The comment before `pub struct` is at hand when the program runs ([`Node::DOCUMENTATION`](crate::Node::DOCUMENTATION)),
/// and so are the names of `#[doc(alias = "…")]`: catalogues take equations and references from there.
///
/// ```
/// use brainmass_core::{node, units::{ms, Number, Second}, Node};
///
/// node! {
///     /// A leaky integrator: τ dx/dt = −x + input.
///     pub struct Leaky = "leaky", "A leaky integrator.";
///     parameters {
///         /// Time constant.
///         tau: Second = ms(10.0), ms(0.1) => ms(1000.0);
///     }
///     state {
///         /// Activity.
///         x: Number = 0.0;
///     }
///     input {
///         /// Drive.
///         drive: Number;
///     }
///     output {}
///     derivative { [(drive - x) / tau] }
/// }
///
/// let leaky = Leaky { tau: ms(20.0) };
/// assert_eq!(Leaky::derivative(&leaky, &[1.0], &[3.0]), [100.0]); // (3 − 1)/0.02 s
/// assert_eq!(Leaky::<f64>::default().tau, ms(10.0));
/// assert_eq!(Leaky::DOCUMENTATION, " A leaky integrator: τ dx/dt = −x + input.\n");
/// ```
#[macro_export]
macro_rules! node {
    (
        $(#[$($doc:tt)*])*
        pub struct $Node:ident = $name:literal, $summary:literal $(, $loops:ident)?;
        parameters {$(
            #[doc = $p_doc:literal] $(#[doc = $p_more:literal])*
            $p:ident: $p_unit:ident = $p_default:expr, $p_low:expr => $p_high:expr;
        )*}
        state {$(
            #[doc = $x_doc:literal] $(#[doc = $x_more:literal])*
            $x:ident: $x_unit:ident = $x_initial:expr $(, $x_low:expr => $x_high:expr)?;
        )*}
        input {$(
            #[doc = $u_doc:literal] $(#[doc = $u_more:literal])*
            $u:ident: $u_unit:ident;
        )*}
        output {$(
            #[doc = $y_doc:literal] $(#[doc = $y_more:literal])*
            $y:ident: $y_unit:ident = $y_value:expr;
        )*}
        derivative $derivative:block
    ) => {
        $(#[$($doc)*])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $Node<T = f64> {$(
            #[doc = $p_doc] $(#[doc = $p_more])*
            pub $p: $p_unit<T>,
        )*}

        impl Default for $Node<f64> {
            fn default() -> Self {
                Self { $($p: $p_default),* }
            }
        }

        #[allow(unused_variables, unused_mut, unused_assignments, non_snake_case, reason = "names of a node's equations")]
        const _: () = {
            use $crate::units::{Quantity, Unit};

            impl $crate::Parameterized for $Node<f64> {
                type With<T: $crate::Real> = $Node<T>;

                const PARAMETERS: &'static [$crate::Parameter] = &[$($crate::Parameter {
                    name: stringify!($p),
                    unit: <$p_unit<f64> as Quantity<f64>>::UNIT,
                    default: $crate::__si!($p_unit, $p_default),
                    range: ($crate::__si!($p_unit, $p_low), $crate::__si!($p_unit, $p_high)),
                    description: $p_doc.trim_ascii(),
                }),*];

                #[inline(always)]
                fn with<T: $crate::Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> $Node<T> {
                    let mut index = 0;
                    $(
                        let $p = source(index, Quantity::<f64>::si(self.$p));
                        index += 1;
                    )*
                    $Node { $($p: Quantity::<T>::from_si($p)),* }
                }
            }

            impl $crate::Node for $Node<f64> {
                type State<T: $crate::Real> = [T; $crate::__count!($($x)*)];
                type Input<T: $crate::Real> = [T; $crate::__count!($($u)*)];
                type Output<T: $crate::Real> = [T; $crate::__count!($($y)*)];

                const NAME: &'static str = $name;
                const SUMMARY: &'static str = $summary;
                const LOOPS: bool = $crate::__loops!($($loops)?);
                const DOCUMENTATION: &'static str = concat!($($crate::__doc_line!($($doc)*)),*);
                const ALIASES: &'static str = concat!($($crate::__doc_alias!($($doc)*)),*);
                const STATE: &'static [$crate::Variable] = &[$($crate::Variable {
                    name: stringify!($x),
                    unit: <$x_unit<f64> as Quantity<f64>>::UNIT,
                    initial: $crate::__si!($x_unit, $x_initial),
                    domain: $crate::__domain!($x_unit $(, $x_low, $x_high)?),
                    description: $x_doc.trim_ascii(),
                }),*];
                const INPUT: &'static [$crate::Variable] = &[$($crate::Variable {
                    name: stringify!($u),
                    unit: <$u_unit<f64> as Quantity<f64>>::UNIT,
                    initial: 0.0,
                    domain: (f64::NEG_INFINITY, f64::INFINITY),
                    description: $u_doc.trim_ascii(),
                }),*];
                const OUTPUT: &'static [$crate::Variable] = &[$($crate::Variable {
                    name: stringify!($y),
                    unit: <$y_unit<f64> as Quantity<f64>>::UNIT,
                    initial: 0.0,
                    domain: (f64::NEG_INFINITY, f64::INFINITY),
                    description: $y_doc.trim_ascii(),
                }),*];

                #[inline(always)]
                fn derivative<T: $crate::Real>(
                    parameters: &$Node<T>,
                    state: &Self::State<T>,
                    input: &Self::Input<T>,
                ) -> Self::State<T> {
                    $(let $p = Quantity::<T>::si(parameters.$p);)*
                    let [$($x),*] = *state;
                    let [$($u),*] = *input;
                    $derivative
                }

                #[inline(always)]
                fn output<T: $crate::Real>(parameters: &$Node<T>, state: &Self::State<T>) -> Self::Output<T> {
                    $(let $p = Quantity::<T>::si(parameters.$p);)*
                    let [$($x),*] = *state;
                    [$($y_value),*]
                }
            }
        };
    };
}

/// A line of documentation, or nothing for another attribute.
#[doc(hidden)]
#[macro_export]
macro_rules! __loops {
    () => {
        false
    };
    (loops) => {
        true
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __doc_line {
    (doc = $line:literal) => {
        concat!($line, "\n")
    };
    ($($other:tt)*) => {
        ""
    };
}

/// A name that something else has for the node, or nothing for another attribute.
#[doc(hidden)]
#[macro_export]
macro_rules! __doc_alias {
    (doc(alias = $name:literal)) => {
        concat!($name, "\n")
    };
    ($($other:tt)*) => {
        ""
    };
}

/// How many identifiers there are.
#[doc(hidden)]
#[macro_export]
macro_rules! __count {
    () => { 0 };
    ($first:ident $($rest:ident)*) => { 1 + $crate::__count!($($rest)*) };
}

/// The number inside a quantity, in a constant expression.
#[doc(hidden)]
#[macro_export]
macro_rules! __si {
    (Number, $value:expr) => {
        $value
    };
    ($unit:ident, $value:expr) => {{
        let quantity: $unit<f64> = $value;
        quantity.value_unsafe
    }};
}

/// The domain of a state variable, unbounded unless given.
#[doc(hidden)]
#[macro_export]
macro_rules! __domain {
    ($unit:ident) => {
        (f64::NEG_INFINITY, f64::INFINITY)
    };
    ($unit:ident, $low:expr, $high:expr) => {
        ($crate::__si!($unit, $low), $crate::__si!($unit, $high))
    };
}
