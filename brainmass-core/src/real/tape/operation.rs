//! What may stand on a tape: values and slopes, for chunks of lanes.

use std::ops::{Deref, DerefMut};

use super::kernels::{Back, Edge};
use crate::real::Real;

/// How many numbers an operation works on at once.
pub(super) const LANES: usize = 16;

/// The same quantity of [`LANES`] regions.
pub(super) type Chunk = [f64; LANES];

/// A chunk at a line of the cache: a vector across two lines takes longer.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Aligned(pub(super) Chunk);

impl Deref for Aligned {
    type Target = Chunk;
    #[inline(always)]
    fn deref(&self) -> &Chunk {
        &self.0
    }
}

impl DerefMut for Aligned {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Chunk {
        &mut self.0
    }
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Function {
    Negate,
    Exp,
    ExpM1,
    Ln,
    Sqrt,
    Sin,
    Cos,
    Tanh,
    Abs,
    Sigmoid,
}

/// A function of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// One line of a tape; numbers are indices of earlier lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operation {
    Input(u32),
    Constant(f64),
    Unary(Function, u32),
    Binary(Operator, u32, u32),
    /// The third where the first is below the second, else the fourth.
    Select([u32; 4]),
}

/// What tells two operations apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Input(u32),
    Constant(u64),
    Unary(Function, u32),
    Binary(Operator, u32, u32),
    Select([u32; 4]),
}

impl Operation {
    pub(super) fn key(self) -> Key {
        match self {
            Self::Input(index) => Key::Input(index),
            Self::Constant(value) => Key::Constant(value.to_bits()),
            Self::Unary(function, a) => Key::Unary(function, a),
            Self::Binary(operator, a, b) => Key::Binary(operator, a, b),
            Self::Select(operands) => Key::Select(operands),
        }
    }

    /// The lines whose values the slopes towards its operands are made of.
    pub(super) fn read_by_slopes(self, back: &Back) -> impl Iterator<Item = u32> {
        let [first, second] = back.edges.map(|edge| edge != Edge::None);
        let found = match self {
            Self::Input(_) | Self::Constant(_) => [None; 3],
            Self::Unary(function, a) => match function {
                Function::Negate => [None; 3],
                Function::Ln | Function::Sin | Function::Cos | Function::Abs => [Some(a), None, None],
                _ => [Some(back.line), None, None],
            },
            Self::Binary(operator, a, b) => match operator {
                Operator::Add | Operator::Subtract => [None; 3],
                Operator::Multiply => [first.then_some(b), second.then_some(a), None],
                Operator::Divide => [Some(b), second.then_some(back.line), None],
                Operator::Power => [Some(a), Some(b), second.then_some(back.line)],
            },
            Self::Select([a, b, _, _]) => [Some(a), Some(b), None],
        };
        found.into_iter().flatten()
    }

    /// The lines whose values it takes.
    pub(super) fn operands(self) -> impl Iterator<Item = u32> {
        let (lines, n) = match self {
            Self::Input(_) | Self::Constant(_) => ([0; 4], 0),
            Self::Unary(_, a) => ([a; 4], 1),
            Self::Binary(_, a, b) => ([a, b, b, b], 2),
            Self::Select(lines) => (lines, 4),
        };
        lines.into_iter().take(n)
    }
}

/// An array made lane by lane: a loop, not a closure, so that it becomes vector instructions.
macro_rules! lanes {
    ($lane:ident => $value:expr) => {{
        let mut result = [0.0; LANES];
        for $lane in 0..LANES {
            result[$lane] = $value;
        }
        result
    }};
}
pub(super) use lanes;

impl Function {
    /// The value at one number.
    pub(super) fn of(self, a: f64) -> f64 {
        self.values(&[a; LANES])[0]
    }

    /// The derivative at `a`, where the function has the value `value`.
    #[inline(always)]
    pub(super) fn slope(self, a: f64, value: f64) -> f64 {
        match self {
            Self::Negate => -1.0,
            Self::Exp => value,
            Self::ExpM1 => value + 1.0,
            Self::Ln => 1.0 / a,
            Self::Sqrt => 0.5 / value,
            Self::Sin => Real::cos(a),
            Self::Cos => -Real::sin(a),
            Self::Tanh => 1.0 - value * value,
            Self::Abs => {
                if a < 0.0 {
                    -1.0
                } else {
                    1.0
                }
            }
            Self::Sigmoid => value * (1.0 - value),
        }
    }

    #[inline(always)]
    pub(super) fn values(self, a: &Chunk) -> Chunk {
        match self {
            Self::Negate => lanes!(k => -a[k]),
            Self::Exp => lanes!(k => Real::exp(a[k])),
            Self::ExpM1 => lanes!(k => Real::exp_m1(a[k])),
            Self::Ln => lanes!(k => Real::ln(a[k])),
            Self::Sqrt => lanes!(k => Real::sqrt(a[k])),
            Self::Sin => lanes!(k => Real::sin(a[k])),
            Self::Cos => lanes!(k => Real::cos(a[k])),
            Self::Tanh => lanes!(k => Real::tanh(a[k])),
            Self::Abs => lanes!(k => Real::abs(a[k])),
            Self::Sigmoid => lanes!(k => Real::sigmoid(a[k])),
        }
    }
}

impl Operator {
    /// The value at two numbers.
    pub(super) fn of(self, a: f64, b: f64) -> f64 {
        self.values(&[a; LANES], &[b; LANES])[0]
    }

    /// The derivative by `a`.
    #[inline(always)]
    pub(super) fn slope_of_first(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add | Self::Subtract => 1.0,
            Self::Multiply => b,
            Self::Divide => 1.0 / b,
            Self::Power => b * Real::powf(a, b - 1.0),
        }
    }

    /// The derivative by `b`, where the result is `value`.
    #[inline(always)]
    pub(super) fn slope_of_second(self, a: f64, b: f64, value: f64) -> f64 {
        match self {
            Self::Add => 1.0,
            Self::Subtract => -1.0,
            Self::Multiply => a,
            Self::Divide => -value / b,
            // x^y ln x, which goes to 0 with x.
            Self::Power => {
                if value == 0.0 {
                    0.0
                } else {
                    value * Real::ln(a)
                }
            }
        }
    }

    #[inline(always)]
    pub(super) fn values(self, a: &Chunk, b: &Chunk) -> Chunk {
        match self {
            Self::Add => lanes!(k => a[k] + b[k]),
            Self::Subtract => lanes!(k => a[k] - b[k]),
            Self::Multiply => lanes!(k => a[k] * b[k]),
            Self::Divide => lanes!(k => a[k] / b[k]),
            Self::Power => lanes!(k => Real::powf(a[k], b[k])),
        }
    }
}
