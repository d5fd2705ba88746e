import { LabIcon } from '@jupyterlab/ui-components';

/** Four neurons in space and the connections between them. */
export const networkIcon = new LabIcon({
  name: 'spatialnet:network',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 22 22">
  <g class="jp-icon3" fill="none" stroke="#616161" stroke-width="1.4">
    <path d="M5 6 16 5M5 6l4 10M16 5 9 16M16 5l2 10M9 16l9-1"/>
  </g>
  <g class="jp-icon3" fill="#616161">
    <circle cx="5" cy="6" r="2.6"/><circle cx="16" cy="5" r="2.1"/><circle cx="9" cy="16" r="2.6"/><circle cx="18" cy="15" r="2.1"/>
  </g>
</svg>`
});
