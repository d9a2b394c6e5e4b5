//! `cargo xtask bench`: how fast the engine is, against a naive one, the machine's peak and other simulators.
//!
//! What is timed is [criterion]'s work and needs the feature `bench`; without it the command starts itself
//! again with the feature, so that nobody else compiles criterion. Counting instructions needs valgrind alone.
//!
//! [criterion]: https://docs.rs/criterion

mod bold;
mod child;
#[cfg(any(test, feature = "bench"))]
mod clock;
mod instructions;
mod machine;
mod memory;
#[cfg(any(test, feature = "bench"))]
mod naive;
mod options;
#[cfg(any(test, feature = "bench"))]
mod progress;
mod report;
#[cfg(feature = "bench")]
mod timing;
mod workload;

use std::process::Command;

use crate::{Result, root};
use options::{Options, Scope};
use report::Report;

const USAGE: &str = "\
usage: cargo xtask bench [OPTION…]

  --regions N,N,…        these sizes instead of 80,400,1000
  --against-python PATH  also times the brainmass, neurolib or MNE-Python of this interpreter; may be repeated
  --section NAME         times this section alone; may be repeated (a wrong name lists them)
  --instructions         counts instructions alone, and fails where they are above those on record
  --update               puts the counted instructions on record
  --memory               also measures how peak memory grows with the duration; takes minutes
  --json FILE            writes every figure
  --write-docs           writes the tables to docs/benchmarks.md

Instructions are counted by valgrind and left out where there is none.";

/// Measures what is asked for and prints it; whether no count of instructions is above that on record.
pub(crate) fn command(words: &[&str]) -> Result<bool> {
    match words {
        ["child", words @ ..] => return child::command(words),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return Ok(true);
        }
        _ => {}
    }
    let options = Options::parse(words).map_err(|problem| format!("{problem}\n\n{USAGE}"))?;
    let here = cfg!(feature = "bench") || options.scope == Scope::Instructions;
    if here { run(&options) } else { start_again(words) }
}

/// The same command in an xtask that was built with criterion.
fn start_again(words: &[&str]) -> Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--release", "--quiet", "--package", "xtask", "--features", "bench", "--", "bench"]);
    let manifest = root().join("Cargo.toml");
    command.arg("--manifest-path").arg(manifest);
    Ok(command.args(words).status()?.success())
}

fn run(options: &Options) -> Result<bool> {
    let mut report = Report::new(machine::describe());
    #[cfg(feature = "bench")]
    if options.scope == Scope::All {
        timing::add(options, &mut report)?;
    }
    let mut passed = true;
    match instructions::count()? {
        Some(counts) => passed = instructions::add(&counts, options.update, &mut report)?,
        None if options.scope == Scope::Instructions => return Err("there is no valgrind on the path".into()),
        None => println!("no valgrind on the path: instructions are not counted"),
    }
    if options.memory {
        memory::add(&mut report)?;
    }
    report.write(options)?;
    Ok(passed)
}
