//! Numbers that write down what is done with them.

use std::cell::RefCell;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use num_traits::{One, Zero};

use super::operation::{Function, Operation, Operator};
use super::recorder::Recorder;
use crate::real::Real;

thread_local! {
    /// The tape being recorded on this thread. A scalar of an equation is a plain copy without a lifetime, so it
    /// cannot carry the tape with it; nothing of it is left when [`record`] returns.
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

/// A number whose operations are recorded, to be differentiated later: see [`Tape`](super::Tape).
///
/// What is computed from constants alone is computed at once. A number kept beyond its recording is NaN in
/// whatever it goes into.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Traced {
    /// A number known when the equation is recorded.
    Constant(f64),
    /// The result of an operation of the tape, by its index.
    Variable(u32),
}

/// Runs `equation` on `n_inputs` recorded numbers.
pub(super) fn record(n_inputs: usize, equation: impl FnOnce(&[Traced]) -> Vec<Traced>) -> Recorder {
    let mut recorder = Recorder::new(n_inputs);
    let inputs: Vec<Traced> = recorder.inputs().map(Traced::Variable).collect();
    // A recording within a recording gets a tape of its own.
    let outer = RECORDER.replace(Some(recorder));
    let outputs = equation(&inputs);
    recorder = RECORDER.replace(outer).unwrap_or_else(|| Recorder::new(n_inputs));
    for output in outputs {
        recorder.output(output);
    }
    recorder
}

/// Puts an operation on the tape; NaN where there is none.
fn push(operation: impl FnOnce(&mut Recorder) -> Operation) -> Traced {
    RECORDER.with_borrow_mut(|recorder| match recorder {
        Some(recorder) => {
            let operation = operation(recorder);
            Traced::Variable(recorder.push(operation))
        }
        None => Traced::Constant(f64::NAN),
    })
}

/// Whether a line of the tape is an absolute value.
fn is_absolute(index: u32) -> bool {
    RECORDER.with_borrow(|recorder| {
        let operation = recorder.as_ref().and_then(|recorder| recorder.operations.get(index as usize));
        matches!(operation, Some(Operation::Unary(Function::Abs, _)))
    })
}

impl Traced {
    fn is(self, number: f64) -> bool {
        matches!(self, Self::Constant(value) if value == number)
    }

    fn unary(self, function: Function) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(function.of(value)),
            Self::Variable(index) => push(|_| Operation::Unary(function, index)),
        }
    }

    fn binary(self, operator: Operator, other: Self) -> Self {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => Self::Constant(operator.of(a, b)),
            _ => {
                push(|recorder| Operation::Binary(operator, recorder.operand(self), recorder.operand(other)))
            }
        }
    }
}

// Sums with zero, products with zero and one are left out: a zero may lose its sign, which no derivative sees.
impl Add for Traced {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        match (self.is(0.0), other.is(0.0)) {
            (true, _) => other,
            (_, true) => self,
            _ => self.binary(Operator::Add, other),
        }
    }
}

impl Sub for Traced {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        match (self.is(0.0), other.is(0.0)) {
            (_, true) => self,
            (true, _) => -other,
            _ => self.binary(Operator::Subtract, other),
        }
    }
}

impl Mul for Traced {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        if self.is(0.0) || other.is(0.0) {
            return Self::Constant(0.0);
        }
        match (self.is(1.0), other.is(1.0)) {
            (true, _) => other,
            (_, true) => self,
            _ => self.binary(Operator::Multiply, other),
        }
    }
}

impl Div for Traced {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        if self.is(0.0) && !matches!(other, Self::Constant(_)) {
            return self;
        }
        if other.is(1.0) { self } else { self.binary(Operator::Divide, other) }
    }
}

impl Neg for Traced {
    type Output = Self;
    fn neg(self) -> Self {
        self.unary(Function::Negate)
    }
}

impl AddAssign for Traced {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Traced {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Traced {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl Zero for Traced {
    fn zero() -> Self {
        Self::Constant(0.0)
    }
    fn is_zero(&self) -> bool {
        self.is(0.0)
    }
}

impl One for Traced {
    fn one() -> Self {
        Self::Constant(1.0)
    }
}

/// A comparison of recorded numbers.
#[derive(Clone, Copy, Debug)]
pub enum TracedMask {
    /// Both numbers are constants.
    Known(bool),
    /// Whether the first is below the second.
    Less(Traced, Traced),
}

macro_rules! functions {
    ($($method:ident $function:ident)*) => {$(
        fn $method(self) -> Self {
            self.unary(Function::$function)
        }
    )*};
}

impl Real for Traced {
    type Mask = TracedMask;

    fn from_f64(value: f64) -> Self {
        Self::Constant(value)
    }

    functions! {
        exp Exp  exp_m1 ExpM1  ln Ln  sqrt Sqrt  sin Sin  cos Cos  tanh Tanh  abs Abs  sigmoid Sigmoid
    }

    fn powf(self, exponent: Self) -> Self {
        self.binary(Operator::Power, exponent)
    }

    fn less_than(self, other: Self) -> TracedMask {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => TracedMask::Known(a < b),
            // A size is never below zero.
            (Self::Variable(index), Self::Constant(bound)) if bound <= 0.0 && is_absolute(index) => {
                TracedMask::Known(false)
            }
            _ => TracedMask::Less(self, other),
        }
    }

    fn select(mask: TracedMask, if_true: Self, if_false: Self) -> Self {
        match mask {
            TracedMask::Known(holds) => {
                if holds {
                    if_true
                } else {
                    if_false
                }
            }
            TracedMask::Less(_, _) if if_true == if_false => if_true,
            TracedMask::Less(a, b) => push(|recorder| {
                Operation::Select([a, b, if_true, if_false].map(|number| recorder.operand(number)))
            }),
        }
    }
}
