//! What scripts add to forgotten passwords and pictures.

use crate::support::browser::{Browser, Look};
use crate::support::server::{Person, Spectacles};
use serde_json::json;

#[test]
fn the_code_goes_from_the_link_into_its_field_and_out_of_the_address() {
    let mut spectacles = Spectacles::new();
    spectacles.create_user(&Person::new("alice"), &[]);
    spectacles.serve(&[]);
    let made = spectacles.command(&["user", "reset-password", "alice"]);
    let code = made["code"].as_str().expect("a code");
    let browser = Browser::open(&spectacles.url(), Look::default());
    browser.go(&format!("/reset#{code}"));
    assert_eq!(browser.script("return document.getElementById('code').value"), code);
    assert_eq!(browser.script("return location.hash + history.state"), "null", "neither in the address nor in what is remembered");
    let alice = Person { password: "Another-1-password".to_owned(), ..Person::new("alice") };
    browser.type_into("#new", &alice.password);
    browser.type_into("#again", &alice.password);
    browser.press("Set password");
    browser.arrives_at("/login");
    assert!(browser.text().contains("The new password is set"));
    browser.sign_in(&alice);
    browser.close();
}

/// Chooses a picture of 100 by 40 pixels, as somebody would in a dialog of the machine: red on the left, blue on the right.
const CHOOSE: &str = "
    const done = arguments[arguments.length - 1];
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [100, 40];
    const pen = canvas.getContext('2d');
    pen.fillStyle = 'rgb(255, 0, 0)'; pen.fillRect(0, 0, 50, 40);
    pen.fillStyle = 'rgb(0, 0, 255)'; pen.fillRect(50, 0, 50, 40);
    canvas.toBlob((blob) => {
      const chosen = new DataTransfer();
      chosen.items.add(new File([blob], 'me.png', { type: 'image/png' }));
      const input = document.getElementById('file');
      input.files = chosen.files;
      input.dispatchEvent(new Event('change'));
      done(true);
    });";

#[test]
fn the_square_of_a_picture_is_chosen_by_keyboard_and_pointer() {
    let mut spectacles = Spectacles::new();
    let alice = Person::new("alice");
    spectacles.create_user(&alice, &[]);
    spectacles.serve(&[]);
    let browser = Browser::open(&spectacles.url(), Look::default());
    browser.go("/");
    browser.sign_in(&alice);
    browser.go("/users/alice/avatar");
    let square = || browser.script("return ['x', 'y', 'size'].map((name) => Number(document.getElementById(`crop-${name}`).value))");
    browser.script_that_waits(CHOOSE);
    browser.waits_for("#crop:not([hidden])");
    assert_eq!(square(), json!([30, 0, 40]), "the largest one, in the middle");
    browser.script("document.getElementById('crop').focus()");
    browser.type_keys("-");
    assert_eq!(square(), json!([32, 2, 36]));
    browser.type_keys("+");
    assert_eq!(square(), json!([30, 0, 40]));
    // To the left as far as it goes, and to the right as far as it goes.
    browser.type_keys(&"\u{e012}".repeat(30));
    assert_eq!(square(), json!([0, 0, 40]));
    browser.type_keys(&"\u{e014}".repeat(60));
    assert_eq!(square(), json!([60, 0, 40]));
    browser.script(
        "const canvas = document.getElementById('crop'); const at = (type, x) => canvas.dispatchEvent(new PointerEvent(type, { clientX: x, pointerId: 1 }));
         canvas.setPointerCapture = () => {};
         const one = canvas.getBoundingClientRect().width / 100;
         at('pointerdown', 200); at('pointermove', 200 - 5 * one); at('pointerup', 200 - 5 * one); at('pointermove', 0);",
    );
    assert_eq!(square(), json!([55, 0, 40]), "it follows the pointer while that is down");
    browser.press("Save");
    browser.arrives_at("/users/alice");
    let colour = browser.script_that_waits(
        "const done = arguments[arguments.length - 1];
         fetch('/users/alice/picture?size=60').then((answer) => answer.blob()).then(createImageBitmap).then((picture) => {
           const canvas = document.createElement('canvas'); const pen = canvas.getContext('2d');
           pen.drawImage(picture, 0, 0); done([picture.width, ...pen.getImageData(2, 2, 1, 1).data]);
         });",
    );
    assert_eq!(colour, json!([60, 0, 0, 255, 255]), "what was chosen is what is shown");
    browser.close();
}
