/** Sessions as an AG-UI 1.0 agent shows them (docs.ag-ui.com/spec/1.0): what goes out, without any input or output. */
package dev.hawser.gateway.agui;
