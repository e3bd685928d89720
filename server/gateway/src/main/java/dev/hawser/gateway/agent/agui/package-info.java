/** Agents that speak AG-UI 1.0 over HTTP (docs.ag-ui.com/spec/1.0). */
package dev.hawser.gateway.agent.agui;
