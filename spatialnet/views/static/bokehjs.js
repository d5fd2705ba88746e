// The model that carries BokehJS of the kernel. It has nothing to show; views read its traits (see bokeh_view.js).
export default { render() {} };
