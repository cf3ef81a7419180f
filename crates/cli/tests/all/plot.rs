use crate::{golden, printed, program, run};
use std::fs;
use std::process::Stdio;

const RATES: [&str; 2] = ["warmup(1e-3, 10%) >> cosine(1e-3, 0, rest)", "table(30%, [1e-3, 1e-4, 1e-5])"];

#[test]
fn in_a_terminal() {
    let one = printed(&["plot", "linear(0, 1, 30) >> linear(0.5, 0, 30)", "--height", "10", "--width", "60"]);
    golden("plot_one.txt", &one);
    let two = printed(&["plot", RATES[0], RATES[1], "--total", "1000", "--log"]);
    golden("plot_two.txt", &two);
    assert_eq!(two.lines().count(), 20);
    assert_eq!(
        two,
        printed(&["plot", RATES[0], RATES[1], "--total", "1000", "--log", "--colour", "auto"]),
        "no terminal"
    );
    let coloured = printed(&["plot", RATES[0], RATES[1], "--total", "1000", "--log", "--colour", "always"]);
    assert!(coloured.contains("\x1b[36m") && !two.contains('\x1b'));
}

#[test]
fn as_wide_as_the_environment_says() {
    let wide = |columns: &str| {
        let output = program().args(["plot", "linear(0, 1, 30)"]).env("COLUMNS", columns).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines().map(|line| line.chars().count()).max().expect("lines")
    };
    assert_eq!(["120", "50", "0", "many", "1000000"].map(wide), [120, 50, 80, 80, 80]);
}

#[test]
fn as_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rates.svg");
    let file = path.to_str().expect("UTF-8");
    assert_eq!(printed(&["plot", RATES[0], RATES[1], "--total", "1000", "--svg", file, "--width", "700"]), "");
    let svg = fs::read_to_string(&path).expect("written");
    golden("plot.svg", &svg);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing else");
    // What was there stays when there is nothing to put in its place.
    let run = run(&["plot", "linear(0, 1, 0)", "--svg", file]);
    assert_eq!((run.code, fs::read_to_string(&path).expect("still there")), (1, svg));
}

#[test]
fn a_file_that_cannot_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing/a.svg");
    let cases = [
        (missing.display().to_string(), format!("there is no folder {}", folder.path().join("missing").display())),
        (folder.path().display().to_string(), "it is a folder".into()),
        ("/dev/null".into(), "it is a device or a pipe".into()),
    ];
    for (file, why) in cases {
        let run = run(&["plot", "linear(0, 1, 30)", &format!("--svg={file}")]);
        assert_eq!((run.code, run.out.as_str()), (74, ""), "{file}");
        assert_eq!(run.err, format!("rappel: {file}: cannot be written: {why}\n"));
    }
}

/// Some systems let the administrator write everywhere: there is nothing to see then.
#[cfg(unix)]
#[test]
fn a_folder_that_may_only_be_read() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).expect("changed");
    let open = fs::write(folder.path().join("probe"), b"").is_ok();
    let file = folder.path().join("a.svg");
    let run = run(&["plot", "linear(0, 1, 30)", "--svg", file.to_str().expect("UTF-8")]);
    let refused =
        format!("rappel: {}: cannot be written: its folder takes no files: permission denied\n", file.display());
    assert_eq!((run.code, run.err), if open { (0, String::new()) } else { (74, refused) });
    assert_eq!(file.exists(), open);
}

/// A million rows for a reader who wants one.
#[test]
fn a_reader_who_has_had_enough() {
    let mut child = program()
        .args(["eval", "linear(0, 1, 1000000)"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_takes_nothing() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    let output = program().args(["eval", "linear(0, 1, 3)"]).stdout(full).output().expect("it runs");
    let message = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(
        (output.status.code(), message.as_str()),
        (Some(74), "rappel: standard output cannot be written: no storage space\n")
    );
}
