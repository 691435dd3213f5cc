// OAuth 2.0 Form Post Response Mode §2: the form goes to the client without being asked.
"use strict";
const form = document.querySelector("form[data-sends-itself]");
// Not form.submit(): a field of that name would stand in its way.
if (form) HTMLFormElement.prototype.submit.call(form);
