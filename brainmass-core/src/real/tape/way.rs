//! The way back through a tape, planned once.

use super::Tape;
use super::kernels::{Back, Edge};
use super::operation::{Operation, Operator};

/// The lines that some inputs act on, these inputs among them.
pub(super) fn spread(tape: &Tape, starts: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut reached = Vec::with_capacity(tape.operations.len());
    for (line, operation) in tape.operations.iter().enumerate() {
        let is_start = line < tape.n_inputs && starts(line);
        let is_reached = is_start || operation.operands().any(|operand| reached[operand as usize]);
        reached.push(is_reached);
    }
    reached
}

/// The lines that cotangents pass, and how.
pub(super) struct WayBack {
    pub(super) outputs: Vec<(u32, Edge)>,
    pub(super) moving: Vec<Back>,
    pub(super) steady: Vec<Back>,
    /// In which row the cotangent of each line stands.
    pub(super) rows: Vec<u32>,
}

impl WayBack {
    /// `moves` says which lines change from pull to pull, `active` which of them wanted inputs act on.
    pub(super) fn new(tape: &Tape, moves: &[bool], active: &[bool]) -> Self {
        let guarded = guarded(tape);
        // Steady lines add up over all pulls; a moving one begins anew with the first that hands it something.
        let mut begun: Vec<bool> = moves.iter().map(|moves| !moves).collect();
        let mut edge = |line: u32| {
            let line = line as usize;
            match (active[line], std::mem::replace(&mut begun[line], true)) {
                (false, _) => Edge::None,
                (true, false) => Edge::First,
                (true, true) => Edge::More,
            }
        };
        let mut reached = vec![false; tape.operations.len()];
        let outputs: Vec<_> = tape.outputs.iter().map(|line| (*line, edge(*line))).collect();
        tape.outputs.iter().for_each(|line| reached[*line as usize] = true);
        let (mut moving, mut steady) = (Vec::new(), Vec::new());
        let mut rows: Vec<u32> = (0..).take(tape.operations.len()).collect();
        let lines: Vec<(u32, &Operation)> = (0..).zip(&tape.operations).collect();
        for (line, operation) in lines.into_iter().rev() {
            let index = line as usize;
            if !(active[index] && reached[index]) {
                continue;
            }
            let [a, b] = match *operation {
                Operation::Input(_) | Operation::Constant(_) => continue,
                Operation::Unary(_, a) => [a, a],
                Operation::Binary(_, a, b) | Operation::Select([_, _, a, b]) => [a, b],
            };
            let is_unary = matches!(operation, Operation::Unary(..));
            let mut edges = [edge(a), if is_unary { Edge::None } else { edge(b) }];
            if let Operation::Binary(Operator::Add | Operator::Subtract, _, _) = operation
                && edges[0] == Edge::First
                && a != b
            {
                // What begins with the whole cotangent of a line that is done with takes its row.
                rows[a as usize] = rows[index];
                edges[0] = Edge::None;
            }
            operation.operands().for_each(|operand| reached[operand as usize] = true);
            if edges == [Edge::None; 2] {
                continue;
            }
            let rows = [line, a, b].map(|line| rows[line as usize]);
            let back = Back { line, rows, guarded: guarded[index], edges, reciprocal: None };
            if moves[index] { moving.push(back) } else { steady.push(back) }
        }
        Self { outputs, moving, steady, rows }
    }

    /// Puts the reciprocals of steady divisors on the tape, so that they are computed once.
    #[expect(clippy::cast_possible_truncation, reason = "an equation has far fewer operations than 2^32")]
    pub(super) fn add_reciprocals(&mut self, tape: &mut Tape, moves: &[bool]) {
        for back in self.moving.iter_mut().filter(|back| back.edges[0] != Edge::None) {
            let Operation::Binary(Operator::Divide, _, divisor) = tape.operations[back.line as usize] else {
                continue;
            };
            if !moves[divisor as usize] {
                let one = tape.operations.len() as u32;
                let reciprocal = Operation::Binary(Operator::Divide, one, divisor);
                tape.operations.extend([Operation::Constant(1.0), reciprocal]);
                back.reciprocal = Some(one + 1);
            }
        }
    }
}

/// The moving lines whose values the way back reads, or that these are made of.
pub(super) fn needed(tape: &Tape, moves: &[bool], way: &WayBack) -> Vec<u32> {
    let mut needed = vec![false; tape.operations.len()];
    for back in &way.moving {
        tape.operations[back.line as usize]
            .read_by_slopes(back)
            .for_each(|line| needed[line as usize] = true);
    }
    for (line, operation) in tape.operations.iter().enumerate().rev() {
        if needed[line] {
            operation.operands().for_each(|operand| needed[operand as usize] = true);
        }
    }
    let is_needed = |line: &u32| moves[*line as usize] && needed[*line as usize];
    (0..).take(tape.operations.len()).skip(tape.n_inputs).filter(is_needed).collect()
}

/// The lines on the way to a branch of a selection.
fn guarded(tape: &Tape) -> Vec<bool> {
    let mut guarded = vec![false; tape.operations.len()];
    for (line, operation) in tape.operations.iter().enumerate().rev() {
        match *operation {
            Operation::Select([_, _, yes, no]) => {
                guarded[yes as usize] = true;
                guarded[no as usize] = true;
            }
            _ if guarded[line] => {}
            _ => continue,
        }
        if guarded[line] {
            operation.operands().for_each(|operand| guarded[operand as usize] = true);
        }
    }
    guarded
}
