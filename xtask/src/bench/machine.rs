//! What the figures were measured on.

use std::process::Command;

use brainmass_core::CpuLevel;
use serde_json::{Value, json};

use super::report::Table;

/// The processor, the compiler, its flags, and how many threads are used.
pub(super) fn describe() -> (Table, Value) {
    let rows = [
        ("processor", processor()),
        ("logical processors", std::thread::available_parallelism().map_or(1, usize::from).to_string()),
        ("vector instructions", format!("{:?}", CpuLevel::best())),
        ("system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
        ("compiler", compiler()),
        ("flags", flags()),
        ("threads", "1, unless a row says otherwise".to_owned()),
    ];
    let mut table = Table::new("Machine", "", &["what", "value"]);
    let mut figures = serde_json::Map::new();
    for (what, value) in rows {
        figures.insert(what.replace(' ', "_"), json!(value));
        table.row(vec![what.to_owned(), value]);
    }
    (table, Value::Object(figures))
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned())
    };
    match (field("model name"), field("cpu family"), field("model")) {
        (Some(name), Some(family), Some(model)) => format!("{name} (family {family}, model {model})"),
        (Some(name), ..) => name,
        _ => std::env::consts::ARCH.to_owned(),
    }
}

/// The compiler's version, in one line.
pub(super) fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

fn flags() -> String {
    let extra = std::env::var("RUSTFLAGS").unwrap_or_default();
    let profile = if cfg!(debug_assertions) { "development profile" } else { "release, 16 codegen units" };
    if extra.is_empty() { profile.to_owned() } else { format!("{profile}, RUSTFLAGS='{extra}'") }
}
