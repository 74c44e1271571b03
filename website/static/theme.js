// Before anything is shown: the theme that the reader has chosen on this device.
try {
  const theme = localStorage.getItem("course-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // A page from a file may have no storage: then the system's theme holds.
}
document.documentElement.classList.add("has-script");
