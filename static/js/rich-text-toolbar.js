// The toolbar of one editor, after the ARIA pattern: one stop for Tab, arrows between its buttons.

export function addToolbar(editor, box, commands) {
  const toolbar = document.getElementById("rich-text-toolbar").content.firstElementChild.cloneNode(true);
  for (const button of toolbar.querySelectorAll("button")) {
    if (commands[button.dataset.command].missing?.()) button.remove();
  }
  const buttons = [...toolbar.querySelectorAll("button")];

  const show = () => {
    for (const button of buttons) {
      const { pressed, possible } = commands[button.dataset.command];
      if (pressed) button.ariaPressed = String(pressed(editor));
      // Not «disabled»: who stands on it would fall out of the toolbar.
      if (possible) button.ariaDisabled = String(!possible(editor));
    }
  };
  const stopAt = (current) => {
    for (const button of buttons) button.tabIndex = button === current ? 0 : -1;
  };

  // The selection stays in the text.
  toolbar.addEventListener("mousedown", (event) => event.preventDefault());
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    stopAt(button);
    if (button.ariaDisabled !== "true") commands[button.dataset.command].run(editor);
  });
  toolbar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const button = buttons.at(to % buttons.length);
    stopAt(button);
    button.focus();
  });
  editor.on("transaction", show);
  stopAt(buttons[0]);
  show();
  box.prepend(toolbar);
}
