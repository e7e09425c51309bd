/** A calm, official look. Every text colour reaches 4.5:1 on its ground. */
import type { ThemeConfig } from 'antd'

export const theme: ThemeConfig = {
  hashed: false,
  token: {
    colorPrimary: '#0b4a82',
    colorLink: '#0b4a82',
    colorLinkHover: '#083660',
    colorSuccess: '#1d6b3a',
    colorWarning: '#8a5300',
    colorError: '#b3261e',
    colorInfo: '#0b4a82',
    colorTextBase: '#1c2733',
    colorTextSecondary: '#47525e',
    colorTextTertiary: '#5a6470',
    colorTextQuaternary: '#6a737e',
    colorTextDescription: '#525d69',
    colorTextPlaceholder: '#66707b',
    colorTextHeading: '#14202c',
    colorBgLayout: '#f3f5f8',
    colorBorder: '#8b95a1',
    colorBorderSecondary: '#dde2e8',
    borderRadius: 4,
    fontSize: 15,
    lineHeight: 1.6,
    controlHeight: 36,
    motion: false,
    fontFamily:
      "system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', sans-serif",
  },
  components: {
    Layout: {
      headerBg: '#0b4a82',
      headerColor: '#ffffff',
      headerHeight: 56,
      headerPadding: '0 16px',
      siderBg: '#ffffff',
    },
    Table: { headerBg: '#eaeff5', headerColor: '#1c2733', cellPaddingBlock: 10 },
    Menu: { itemSelectedBg: '#e3edf7', itemSelectedColor: '#0b4a82' },
  },
}
