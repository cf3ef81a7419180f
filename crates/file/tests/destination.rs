//! What is in a folder before and after a write.

use rappel_file::{Destination, Reason};
use std::fs;
use std::io;
use std::path::Path;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_check_leaves_nothing_and_a_write_leaves_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("result");
    let to = Destination::new(&path).expect("writable");
    assert_eq!(names(folder.path()), Vec::<String>::new());
    for text in ["one", "another"] {
        to.write(text.as_bytes()).expect("written");
        assert_eq!(
            (fs::read_to_string(&path).expect("readable"), names(folder.path())),
            (text.into(), vec!["result".into()])
        );
    }
}

/// What a full disk does.
#[test]
fn a_write_that_fails_leaves_the_old_file_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("result");
    fs::write(&path, "old").expect("written");
    let failed = Destination::new(&path).expect("writable").write_with(|to| {
        to.write_all(&[0; 100_000])?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert!(matches!(failed.expect_err("full").into_reason(), Reason::Io(e) if e.kind() == io::ErrorKind::StorageFull));
    assert_eq!(
        (fs::read_to_string(&path).expect("readable"), names(folder.path())),
        ("old".into(), vec!["result".into()])
    );
}

#[test]
fn what_cannot_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing");
    let cases = [
        (missing.join("file"), format!("there is no folder {}", missing.display())),
        (folder.path().to_owned(), "it is a folder".into()),
        (folder.path().join(".."), "it is a folder".into()),
        ("".into(), "expected the name of a file".into()),
        ("/dev/null".into(), "it is a device or a pipe".into()),
    ];
    for (path, why) in cases {
        let error = Destination::new(&path).expect_err("refused").to_string();
        assert_eq!(error, format!("{}: cannot be written: {why}", path.display()));
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    fs::write(&file, "old").expect("written");
    std::os::unix::fs::symlink(&file, &link).expect("linked");
    Destination::new(&link).expect("writable").write(b"new").expect("written");
    assert!(link.symlink_metadata().expect("there").is_symlink());
    assert_eq!(fs::read_to_string(&file).expect("readable"), "new");
}

#[test]
fn a_folder_that_has_gone_since() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = Destination::new(folder.path().join("result")).expect("writable");
    folder.close().expect("removed");
    let message = to.write(b"x").expect_err("gone").to_string();
    assert!(message.ends_with("cannot be written: entity not found"), "{message}");
}

/// Some systems let the administrator write everywhere: there is nothing to see then.
#[cfg(unix)]
#[test]
fn a_folder_that_takes_no_files() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).expect("changed");
    let open = fs::write(folder.path().join("probe"), b"").is_ok();
    let looked = Destination::new(folder.path().join("result"));
    assert_eq!(looked.is_ok(), open);
    if let Err(e) = looked {
        assert!(e.to_string().ends_with("its folder takes no files: permission denied"), "{e}");
    }
}

/// As any file the user makes, not as a temporary one.
#[cfg(unix)]
#[test]
fn results_have_the_permissions_of_other_files() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let (ours, other) = (folder.path().join("ours"), folder.path().join("other"));
    Destination::new(&ours).expect("writable").write(b"x").expect("written");
    fs::write(&other, b"x").expect("written");
    let mode = |path| fs::metadata(path).expect("there").permissions().mode();
    assert_eq!(mode(ours), mode(other));
}
