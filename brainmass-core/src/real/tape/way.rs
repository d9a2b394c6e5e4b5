//! The way back through a tape, planned once.

use super::Tape;
use super::kernels::{Back, Edge};
use super::operation::Operation;

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
        let lines: Vec<(u32, &Operation)> = (0..).zip(&tape.operations).collect();
        for (line, operation) in lines.into_iter().rev() {
            let index = line as usize;
            if !(active[index] && reached[index]) {
                continue;
            }
            let edges = match *operation {
                Operation::Input(_) | Operation::Constant(_) => continue,
                Operation::Unary(_, a) => [edge(a), Edge::None],
                Operation::Binary(_, a, b) => [edge(a), edge(b)],
                Operation::Select([_, _, yes, no]) => [edge(yes), edge(no)],
            };
            operation.operands().for_each(|operand| reached[operand as usize] = true);
            let back = Back { line, guarded: guarded[index], edges };
            if moves[index] { moving.push(back) } else { steady.push(back) }
        }
        Self { outputs, moving, steady }
    }
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
