// A live piece whose frames all come from Python: a figure, controls, or both.

import { rendererOf } from "./view.js";

export default { render: rendererOf() };
