//! `cargo xtask ci`: everything the server checks, in its order.

use std::process::Command;
use std::time::Instant;

use crate::{Result, catalogue, root, tidy, validate};

/// What a step runs.
enum Step {
    Cargo { words: &'static [&'static str], environment: &'static [(&'static str, &'static str)] },
    Here(fn() -> Result<bool>),
}

const fn cargo(words: &'static [&'static str]) -> Step {
    Step::Cargo { words, environment: &[] }
}

const STEPS: &[(&str, Step)] = &[
    ("format", cargo(&["fmt", "--all", "--check"])),
    ("tidy", Step::Here(tidy::command)),
    ("lints", cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"])),
    ("core alone", cargo(&["check", "-p", "brainmass-core", "--no-default-features"])),
    ("tests", cargo(&["test", "--workspace"])),
    (
        "docs",
        Step::Cargo {
            words: &["doc", "--workspace", "--no-deps"],
            environment: &[("RUSTDOCFLAGS", "-D warnings")],
        },
    ),
    ("catalogue", Step::Here(|| catalogue::command(&["--check"]))),
    ("validation", Step::Here(|| validate::command(&[]))),
];

/// Runs the steps up to the first that fails; whether none did.
pub(crate) fn command() -> Result<bool> {
    let begin = Instant::now();
    for (name, step) in STEPS {
        println!("── {name}: {}", step.describe());
        let since = Instant::now();
        let passed = step.run()?;
        let seconds = since.elapsed().as_secs_f64();
        if !passed {
            println!("── {name} FAILED after {seconds:.1} s");
            return Ok(false);
        }
        println!("── {name} passed in {seconds:.1} s");
    }
    println!("── all {} steps passed in {:.1} s", STEPS.len(), begin.elapsed().as_secs_f64());
    Ok(true)
}

impl Step {
    fn describe(&self) -> String {
        match self {
            Self::Cargo { words, environment } => {
                let set = environment.iter().map(|(name, value)| format!("{name}='{value}' "));
                format!("{}cargo {}", set.collect::<String>(), words.join(" "))
            }
            Self::Here(_) => "in this process".to_owned(),
        }
    }

    fn run(&self) -> Result<bool> {
        match self {
            Self::Cargo { words, environment } => {
                let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
                let mut command = Command::new(cargo);
                command.args(*words).envs(environment.iter().copied()).current_dir(root());
                Ok(command.status()?.success())
            }
            Self::Here(check) => check(),
        }
    }
}
